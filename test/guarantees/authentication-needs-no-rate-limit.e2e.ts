import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Authentication } from '../../src/auth/authentication.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;

beforeAll(async () => {
  api = await startTestApp({ RATE_LIMIT_MAX: '1000' });
});
afterAll(() => api.close());

it('without the hook that counts requests and authenticates first, the guard still answers 401', async () => {
  const person = await api.join();
  const admit = jest.spyOn(api.app.get(Authentication), 'admit').mockResolvedValue();

  await person.call(200, 'GET', '/users/me');
  expect(await api.anonymous.problem('GET', '/users/me')).toBe('401 unauthenticated');
  expect(await api.withToken(`${person.token}x`).problem('GET', '/users/me')).toBe('401 invalid_token');
  expect(await api.withToken('Basic abc').problem('GET', '/users/me')).toBe('401 invalid_token');

  expect(admit).toHaveBeenCalledTimes(4);
});

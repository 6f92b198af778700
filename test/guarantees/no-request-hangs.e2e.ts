import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { UsersService } from '../../src/users/users.service.js';
import { WebhooksService } from '../../src/webhooks/webhooks.service.js';
import { captureLogs } from '../support/logs.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const forever = () => new Promise<never>(() => undefined);

it('a request and a webhook whose handlers never return are 503, before Svix gives up', async () => {
  const ann = await api.join();
  // The driver did this once when a primary was killed: no answer, past all its deadlines.
  const reads = jest.spyOn(api.app.get(UsersService), 'findWithCounts').mockImplementation(forever);
  const deliveries = jest.spyOn(api.app.get(WebhooksService), 'receive').mockImplementation(forever);
  const [request, { status }] = await Promise.all([
    ann.request('GET', '/users/me'),
    // The local Clerk gives up after 15 s, as Svix does.
    api.clerk.deliverWebhook({ type: 'user.updated', data: {} }),
  ]);
  expect([request.status, request.headers.get('retry-after'), status]).toEqual([503, '1', 503]);
  expect(request.body).toMatchObject({ code: 'dependency_unavailable' });
  reads.mockRestore();
  deliveries.mockRestore();
  await ann.get('/users/me');
});

it('an answer that comes too late is logged without the query of the request', async () => {
  const logs = captureLogs();
  const other = await startTestApp({ LOG_LEVEL: 'trace' }, logs.sink);
  const ann = await other.join();
  const users = other.app.get(UsersService);
  const user = await users.findBySubject(ann.clerkId);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reads = jest.spyOn(users, 'findCaller').mockImplementation(() => held.then(() => user));
  expect(await ann.problem('GET', '/users?q=m4rk3r')).toBe('503 dependency_unavailable');
  release();
  await logs.next((line) => JSON.stringify(line).includes('FST_ERR_REP_ALREADY_SENT'));
  expect(logs.text()).not.toContain('m4rk3r');
  reads.mockRestore();
  await other.close();
});

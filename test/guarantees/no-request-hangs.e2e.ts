import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { UsersService } from '../../src/users/users.service.js';
import { WebhooksService } from '../../src/webhooks/webhooks.service.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const forever = () => new Promise<never>(() => undefined);

it('what never comes back is 503, before Svix gives up: a request, and a webhook', async () => {
  const ann = await api.join();
  // Seen in the driver when a primary is killed: an answer that never came, past every deadline of its own.
  const reads = jest.spyOn(api.app.get(UsersService), 'findBySubject').mockImplementation(forever);
  const deliveries = jest.spyOn(api.app.get(WebhooksService), 'receive').mockImplementation(forever);
  const [request, { status }] = await Promise.all([
    ann.request('GET', '/users/me'),
    // Gives up after 15 s, as Svix does.
    api.clerk.deliverWebhook({ type: 'user.updated', data: {} }),
  ]);
  expect([request.status, request.headers.get('retry-after'), status]).toEqual([503, '1', 503]);
  expect(request.body).toMatchObject({ code: 'dependency_unavailable' });
  reads.mockRestore();
  deliveries.mockRestore();
  await ann.get('/users/me');
});

it('an answer that comes too late is logged without what was asked for', async () => {
  let lines = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines += chunk.toString();
      done();
    },
  });
  const other = await startTestApp({ LOG_LEVEL: 'trace' }, sink);
  const ann = await other.join();
  const users = other.app.get(UsersService);
  const user = await users.findBySubject(ann.clerkId);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reads = jest.spyOn(users, 'findBySubject').mockImplementation(() => held.then(() => user));
  expect(await ann.problem('GET', '/users?q=m4rk3r')).toBe('503 dependency_unavailable');
  release();
  while (!lines.includes('FST_ERR_REP_ALREADY_SENT')) await new Promise((resolve) => setImmediate(resolve));
  expect(lines).not.toContain('m4rk3r');
  reads.mockRestore();
  await other.close();
});

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userDeletedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { captureLogs, type LogLine } from '../support/logs.js';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
const logs = captureLogs();
beforeAll(async () => {
  api = await startTestApp({ LOG_LEVEL: 'info' }, logs.sink);
});
afterAll(() => api.close());

/** The first line with these fields, already written or still to come. */
const line = (fields: LogLine) =>
  logs.next((each) => Object.entries(fields).every(([key, value]) => each[key] === value));

it('every line of a request has its id, also those of services', async () => {
  const late = await api.signUp();
  const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'status', status: 401 });
  logs.clear();
  await late.request('PUT', '/users/me/wishlist/JP', { headers: { 'x-request-id': 'mine' }, body: {} });
  undo();
  await line({ msg: 'request' });
  expect(logs.lines().map(({ msg, requestId }) => [msg, requestId])).toEqual([
    ['Clerk call failed', 'mine'],
    ['request failed', 'mine'],
    ['request', 'mine'],
  ]);
});

it('requests with malformed URLs or headers are logged and counted', async () => {
  logs.clear();
  const { hostname, port } = new URL(api.anonymous.url);
  for (const raw of ['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'hello\r\n\r\n']) {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.write(raw);
    const answer = await text(socket);
    socket.destroy();
    const requestId = /"requestId":"([^"]+)"/.exec(answer)?.[1];
    expect(await line({ requestId: requestId ?? 'none' })).toMatchObject({
      msg: 'request',
      route: null,
      status: 400,
      code: 'validation_failed',
    });
  }
  const { body } = await api.anonymous.request('GET', '//metrics');
  const counted = String(body)
    .split('\n')
    .filter((each) => each.includes('_count{') && each.includes('route="none"'));
  expect(counted.map((each) => each.replace('http_request_duration_seconds_count', '')).sort()).toEqual([
    '{method="GET",route="none",status="400"} 1',
    '{method="none",route="none",status="400"} 1',
  ]);
});

it('background work of a request is logged with its id, never with another one', async () => {
  const people = [await api.join(), await api.join(), await api.join()];
  api.clerk.fail({ method: 'DELETE', mode: 'status', status: 401 });
  logs.clear();
  const ids = await Promise.all(
    people.map(async (each, index) => {
      const headers = { 'x-request-id': `deletion-${index}` };
      const { id } = await each.call<{ id: string }>(202, 'DELETE', '/users/me', { headers });
      return id;
    }),
  );
  for (const [index, deletionId] of ids.entries()) {
    const interrupted = await line({ msg: 'deletion interrupted, will be resumed', deletionId });
    expect(interrupted).toMatchObject({ requestId: `deletion-${index}` });
  }
  api.clerk.clearFaults();
});

it('a request that its caller aborts is logged and counted', async () => {
  const late = await api.signUp();
  const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'hang' });
  logs.clear();
  const caller = new AbortController();
  const headers = { authorization: `Bearer ${late.token}`, 'x-request-id': 'gone' };
  const asking = fetch(`${api.anonymous.url}/api/v2/users/me`, { headers, signal: caller.signal });
  const path = `/v1/users/${late.clerkId}`;
  await eventually('Clerk is asked for the user', () => api.clerk.requestCount('GET', path) > 0);
  caller.abort();
  await expect(asking).rejects.toThrow('aborted');
  const { time: _time, ...gone } = await line({ requestId: 'gone' });
  expect(gone).toEqual({
    level: 'info',
    requestId: 'gone',
    msg: 'request',
    method: 'GET',
    route: '/api/v2/users/me',
    status: null,
    aborted: true,
    ms: expect.any(Number),
  });
  const { body } = await api.anonymous.request('GET', '//metrics');
  expect(String(body).split('\n')).toContain(
    'http_request_duration_seconds_count{method="GET",route="/api/v2/users/me",status="aborted"} 1',
  );
  undo();
});

it('a deletion without an effect is logged with its cause, without an id', async () => {
  const ann = await api.join();
  const deliver = (clerkId: string) => api.clerk.deliverWebhook(userDeletedEvent({ clerkId }));
  expect((await deliver(ann.clerkId)).status).toBe(200);
  await api.deletionOf(ann);
  const unchanged = async () => {
    const { webhookEvents: _, ...rest } = await snapshot(api.db);
    return rest;
  };
  const before = await unchanged();

  logs.clear();
  expect((await deliver(ann.clerkId)).status).toBe(200);
  expect(await line({ msg: 'user.deleted: already deleted' })).toMatchObject({ level: 'info' });
  expect((await deliver('user_unknown')).status).toBe(200);
  await line({ msg: 'user.deleted: no user here' });
  expect((await deliver('user_unknown')).status).toBe(200);
  await line({ msg: 'request' });
  const logged = logs
    .lines()
    .filter(({ msg }) => String(msg).startsWith('user.deleted'))
    .map(({ msg }) => msg);
  expect(logged).toEqual([
    'user.deleted: already deleted',
    'user.deleted: no user here',
    'user.deleted: already deleted',
  ]);
  expect(logs.text()).not.toMatch(new RegExp(`${ann.clerkId}|user_unknown`));
  const { deletedUsers, ...after } = await unchanged();
  const { deletedUsers: tombstones, ...rest } = before;
  expect(after).toEqual(rest);
  // The tombstone of the unknown subject.
  expect(deletedUsers).toHaveLength((tombstones ?? []).length + 1);
});

it('a signed webhook that is not an event is an error with its svix-id, without content', async () => {
  logs.clear();
  const body = JSON.stringify({ secret: 'content' });
  const headers = { ...api.clerk.signWebhook(body, { svixId: 'msg_odd' }) };
  await api.anonymous.request('POST', '/webhooks/clerk', { body, headers });
  expect(await line({ msg: 'signed webhook is no event' })).toMatchObject({
    level: 'error',
    svixId: 'msg_odd',
  });
  expect(logs.text()).not.toMatch(/content\\?"/);
});

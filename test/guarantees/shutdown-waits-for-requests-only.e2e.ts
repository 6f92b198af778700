import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startTestApp } from '../support/test-app.js';

it('silent and idle connections do not delay the shutdown; a request in progress is answered', async () => {
  const api = await startTestApp();
  const ann = await api.signUp();
  await api.anonymous.get('//health/live');
  const { hostname, port } = new URL(api.anonymous.url);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  // Clerk answers in half a second, so the shutdown begins in the middle of the first request.
  api.clerk.fail({ path: /^\/v1\/users\//, mode: 'slow', delayMs: 500 });
  const asked = ann.request('GET', '/users/me');
  await eventually(
    'Clerk is asked for the user',
    () => api.clerk.requestCount('GET', `/v1/users/${ann.clerkId}`) > 0,
    { everyMs: 1 },
  );
  await api.app.close();
  const { status, headers } = await asked;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await closed;
  await api.close();
});

it('incomplete requests do not delay the shutdown: half a header, half a body', async () => {
  const api = await startTestApp();
  const { hostname, port } = new URL(api.anonymous.url);
  const begun = [
    'GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n',
    'PATCH /api/v2/users/me HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ];
  const closed = begun.map(async (text) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(text);
    return once(socket, 'close');
  });
  await api.anonymous.get('/countries/JP');
  await api.app.close();
  await Promise.all(closed);
  await api.close();
});

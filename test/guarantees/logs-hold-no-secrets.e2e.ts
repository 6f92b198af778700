import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { operations } from '../support/document.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** In everything that is sent, so that whatever is logged of it is found. */
const MARKER = 'm4rk3r';
let people = 0;
const personal = () => ({
  email_address: [`${MARKER}${++people}@example.com`],
  first_name: `First${MARKER}`,
  last_name: `Last${MARKER}`,
});

let lines = '';
let api: TestApp;
beforeAll(async () => {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines += chunk.toString();
      done();
    },
  });
  api = await startTestApp({ LOG_LEVEL: 'trace', METRICS_TOKEN: `${MARKER}-metrics-token` }, sink);
});
afterAll(() => api.close());

it('every route, well and badly asked: one line per request, and nothing of what callers sent, nor tokens, secrets, e-mails', async () => {
  const ann = await api.join(personal());
  const admin = await api.join({ ...personal(), public_metadata: { role: 'admin' } });
  lines = '';
  const requestIds: string[] = [];
  // Not by the client of the other tests: what is broken on purpose isn't documented for every route.
  const send = async (token: string | undefined, method: string, path: string, body?: unknown, more = {}) => {
    const requestId = `test-${requestIds.length}`;
    requestIds.push(requestId);
    const answer = await fetch(api.anonymous.url + path, {
      method,
      headers: {
        'x-request-id': requestId,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    await answer.text();
    return answer.status;
  };
  const headers = { 'x-marker': MARKER, cookie: `__session=${MARKER}`, 'user-agent': MARKER };
  // Last what ends the accounts, so that the others reach their handlers.
  const inOrder = operations().sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
  for (const { method, path } of inOrder) {
    const address = `${path.replaceAll(/\{\w+\}/g, MARKER)}?q=${MARKER}&email=${MARKER}@example.com&cursor=${MARKER}`;
    const isWrite = method !== 'get' && method !== 'delete';
    const bodies = isWrite
      ? [{ note: MARKER, bio: MARKER, [MARKER]: MARKER }, `{"broken${MARKER}`]
      : [undefined];
    for (const token of [ann.token, admin.token, undefined, `e30.${MARKER}.e30`]) {
      for (const body of bodies) await send(token, method.toUpperCase(), address, body, headers);
    }
  }
  // What works, with the values of the person in it.
  const own = '/api/v2/users/me';
  const ben = await api.join(personal());
  expect(await send(ben.token, 'PATCH', own, { bio: MARKER, username: `${MARKER}_ben` })).toBe(200);
  expect(await send(ben.token, 'PUT', `${own}/wishlist/JP`, { note: MARKER })).toBe(201);
  expect(await send(ben.token, 'GET', `${own}/export`)).toBe(200);
  const event = JSON.stringify({
    type: 'user.updated',
    data: { ...api.clerk.getUser(ben.clerkId), id: undefined },
  });
  const signed = { ...api.clerk.signWebhook(event) };
  expect(await send(undefined, 'POST', '/api/v2/webhooks/clerk', event, signed)).toBe(200);
  // What MongoDB refuses, it quotes.
  await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: personal().first_name } } });
  expect(await send((await api.signUp(personal())).token, 'GET', own)).toBe(422);
  expect(await send(ben.token, 'PATCH', own, { bio: `again ${MARKER}` })).toBe(500);
  await api.db.db?.command({ collMod: 'users', validator: {} });
  expect(await send(ben.token, 'DELETE', own)).toBe(202);
  await api.deletionOf(ben);

  const logged = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  // Besides those of Clerk's own webhooks, one line each.
  const ours = logged.filter(
    ({ msg, requestId }) => msg === 'request' && String(requestId).startsWith('test-'),
  );
  expect(ours.map(({ requestId }) => requestId).sort()).toEqual([...requestIds].sort());
  for (const line of ours) expect(line).toMatchObject({ status: expect.any(Number), ms: expect.any(Number) });
  expect(logged.some(({ code }) => code === 'validation_failed')).toBe(true);
  // It reached the routes.
  const routes = new Set(ours.map(({ route }) => route));
  expect(routes.size).toBeGreaterThan(inOrder.length / 2);
  expect(routes).not.toContain(null);
  const secrets = [
    MARKER,
    ann.token,
    ann.token.split('.')[2] ?? '',
    ann.clerkId,
    'example.com',
    api.clerk.secretKey,
    api.clerk.webhookSecret,
    api.config.appSecret ?? 'no-secret-in-here',
    'Bearer ',
  ];
  for (const secret of secrets) {
    expect(logged.filter((line) => JSON.stringify(line).includes(secret))).toEqual([]);
  }
});

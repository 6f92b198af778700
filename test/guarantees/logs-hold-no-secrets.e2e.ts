import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { operations } from '../support/document.js';
import { captureLogs } from '../support/logs.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { partsOf } from '../support/tokens.js';

/** Part of all data that is sent, so that it is found when any of it is logged. */
const MARKER = 'm4rk3r';
let people = 0;
const personal = () => ({
  email_address: [`${MARKER}${++people}@example.com`],
  first_name: `First${MARKER}`,
  last_name: `Last${MARKER}`,
});

const logs = captureLogs();
let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ LOG_LEVEL: 'trace', METRICS_TOKEN: `${MARKER}-metrics-token` }, logs.sink);
});
afterAll(() => api.close());

it('valid and invalid requests to all routes: one line each, without any data of callers, tokens, secrets or e-mails', async () => {
  const ann = await api.join(personal());
  const admin = await api.join({ ...personal(), public_metadata: { role: 'admin' } });
  logs.clear();
  const requestIds: string[] = [];
  // Not with `ApiClient`: answers to broken requests aren't documented for every route.
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
  // DELETE routes come last, because they end the accounts.
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
  // Valid requests, with personal data.
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
  // MongoDB's validation errors quote the document.
  await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: personal().first_name } } });
  expect(await send((await api.signUp(personal())).token, 'GET', own)).toBe(422);
  expect(await send(ben.token, 'PATCH', own, { bio: `again ${MARKER}` })).toBe(500);
  await api.db.db?.command({ collMod: 'users', validator: {} });
  expect(await send(ben.token, 'DELETE', own)).toBe(202);
  await api.deletionOf(ben);

  const logged = logs.lines();
  // Without the lines of Clerk's own webhooks.
  const ours = logged.filter(
    ({ msg, requestId }) => msg === 'request' && String(requestId).startsWith('test-'),
  );
  expect(ours.map(({ requestId }) => requestId).sort()).toEqual([...requestIds].sort());
  for (const line of ours) expect(line).toMatchObject({ status: expect.any(Number), ms: expect.any(Number) });
  expect(logged.some(({ code }) => code === 'validation_failed')).toBe(true);
  // The requests reached the routes.
  const routes = new Set(ours.map(({ route }) => route));
  expect(routes.size).toBeGreaterThan(inOrder.length / 2);
  expect(routes).not.toContain(null);
  const secrets = [
    MARKER,
    ann.token,
    partsOf(ann.token).signature,
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

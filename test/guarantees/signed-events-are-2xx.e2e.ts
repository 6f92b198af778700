import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snapshot } from '../support/snapshot.js';
import { metricOf } from '../support/metrics.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let admin: Joined;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp();
  admin = await api.join({ public_metadata: { role: 'admin' } });
  ann = await api.join({ first_name: 'Ann' });
});
afterAll(() => api.close());

let deliveries = 0;

/** Signs and delivers an event in this spelling. */
async function send(json: string): Promise<{ svixId: string; status: number }> {
  const svixId = `msg_${++deliveries}`;
  const headers = { ...api.clerk.signWebhook(json, { svixId }) };
  const { status } = await api.anonymous.request('POST', '/webhooks/clerk', { body: json, headers });
  return { svixId, status };
}

/** The same; returns the status and the outcome in the ledger. */
async function deliver(json: string): Promise<string> {
  const { svixId, status } = await send(json);
  return `${status} ${String((await rows().findOne({ _id: svixId }))?.outcome)}`;
}

const rows = () => api.db.collection<{ _id: string; outcome: string; type: string }>('webhookEvents');

/** JSON of nested objects, too deep for `JSON.stringify`. */
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

/** Values of a field, as JSON. */
const VALUES = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1.5', '1e308', '1e999', '-1e999', '5e-324'],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 8_640_000_000_000_000, 8_640_000_000_000_001].map(
    String,
  ),
  ...[String(2 ** 53), '""', '" "', '"NaN"', '"1"', '"../../x"', '"$where"', '"__proto__"', '"user_nobody"'],
  ...[String.raw`"\u0000"`, String.raw`"\ud800"`, String.raw`"a\u0000b\udfff"`, '"💥\\u202e"'],
  ...[`"${'x'.repeat(20_000)}"`, `"user_${'x'.repeat(20_000)}"`, `"${'💥'.repeat(600)}"`],
  ...['[]', '[null]', '[[]]', '{}', '{"$ne":1}', '{"$gt":""}', '{"__proto__":{"role":"admin"}}'],
  ...['{"constructor":{"prototype":{}}}', '{"a.b":1,"":2}', String.raw`{"\u0000":1}`],
  ...[nested(150), '['.repeat(5000) + ']'.repeat(5000)],
];

/** The paths of all values within a value, and of the value itself. */
function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

/** JSON of a value with other JSON at one path; `undefined` removes that member. */
function rewritten(value: unknown, path: string[], json: string | undefined): string | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return json;
  const members = Object.entries(value as object).flatMap(([key, inner]) => {
    const text = key === first ? rewritten(inner, rest, json) : JSON.stringify(inner);
    return text === undefined ? [] : [Array.isArray(value) ? text : `${JSON.stringify(key)}:${text}`];
  });
  return Array.isArray(value) ? `[${members.join()}]` : `{${members.join()}}`;
}

/** The events write the same user, and transactions that keep colliding end as 503. */
const AT_ONCE = 1;
const now = Date.now();
const user = (clerkId: string) => ({
  ...Object.fromEntries(
    Object.entries(api.clerk.getUser(clerkId) ?? {}).filter(([key]) => READ_OF_USERS.includes(key)),
  ),
  unsafe_metadata: { theme: 'dark' },
  updated_at: now - 1000,
});
const READ_OF_USERS = [
  ...[
    'id',
    'object',
    'username',
    'first_name',
    'last_name',
    'image_url',
    'primary_email_address_id',
    'banned',
  ],
  ...['email_addresses', 'public_metadata', 'created_at', 'updated_at'],
];
const session = () => ({ object: 'session', id: 'sess_1', user_id: ann.clerkId, user: { id: ann.clerkId } });
const payment = () => ({
  id: 'pa_1',
  status: 'paid',
  created_at: now - 2000,
  updated_at: now - 1000,
  paid_at: now - 1000,
  payer: { user_id: ann.clerkId },
  totals: { grand_total: { amount: 990, currency: 'EUR' } },
  subscription_items: [{ plan: { name: 'Explorer', slug: 'explorer' } }],
});
/** One applied event of each kind of handler. The deletion is of an unknown user, so that Ann stays. */
const EVENTS: [string, () => object][] = [
  ['user.updated', () => user(ann.clerkId)],
  ['user.deleted', () => ({ object: 'user', id: 'user_fuzzed', deleted: true })],
  ['session.revoked', session],
  ['paymentAttempt.updated', payment],
];

describe('a signed, well-formed event of a handled type is 2xx, whatever its fields hold', () => {
  it.each(EVENTS)(
    '%s, with each field removed or replaced',
    async (type, dataOf) => {
      const data = dataOf();
      const events = pathsIn(data)
        .filter(({ length }) => length > 0)
        .flatMap((path) => [undefined, ...VALUES].map((json) => rewritten(data, path, json) ?? '{}'))
        .map((changed) => `{"type":"${type}","data":${changed}}`);
      const refused: string[] = [];
      const next = events.values();
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (const event of next) {
            const { status } = await send(event);
            if (status !== 200) refused.push(`${status}: ${event.slice(0, 500)}`);
          }
        }),
      );
      expect(refused).toEqual([]);
      const outcomes = await rows().distinct('outcome', { type });
      expect(outcomes).toEqual(expect.arrayContaining(['applied', 'dead_letter']));
      // What was stored can be read, and conforms to the document.
      const reader = api.withToken(await api.clerk.mintToken(ann.clerkId));
      await reader.get('/users/me');
      await reader.get('/users/me/purchases?limit=100');
      await reader.get('/users/me/export');
    },
    240_000,
  );

  it('unused members of the envelope are not validated', async () => {
    for (const json of VALUES) {
      const data = JSON.stringify(session());
      for (const name of ['timestamp', 'object', 'event_attributes', 'instance_id', '__proto__'])
        expect(await deliver(`{"${name}":${json},"type":"session.ended","data":${data}}`)).toBe(
          '200 applied',
        );
    }
  });

  it('none of the events counted as a fault', async () => {
    const { url } = api.anonymous;
    expect(await metricOf(url, 'unknown_faults_total')).toBe(0);
    expect(await metricOf(url, 'webhook_deliveries_total{type="unknown",outcome="malformed"}')).toBe(0);
  });
});

describe('unused fields are not validated', () => {
  it.each([63, 100, 5000])('unsafe_metadata %i levels deep: the event is applied', async (levels) => {
    const eve = await api.join({ first_name: 'Old' });
    const fresh = await api.clerk.updateUser(eve.clerkId, { first_name: 'New' }, { webhook: false });
    const written = (value: object) => JSON.stringify(value).replace('"@deep"', nested(levels));
    const data = { ...fresh, unsafe_metadata: '@deep' };
    expect(await deliver(written({ type: 'user.updated', data }))).toBe('200 applied');
    expect(await eve.get('/users/me')).toMatchObject({ firstName: 'New' });
    for (const type of ['session.ended', 'session.removed', 'session.revoked']) {
      const sid = `sess_${type}`;
      const event = { type, data: { id: sid, user_id: eve.clerkId, user: data } };
      expect(await deliver(written(event))).toBe('200 applied');
      const revoked = (await api.userOf(eve))['revokedSessions'] as { sid: string }[];
      expect(revoked.map((each) => each.sid)).toContain(sid);
    }
  });

  it('a dead letter keeps the signed text, however deep, and can be replayed', async () => {
    const json = `{"type":"user.deleted","data":{"deleted":true,"more":${nested(5000)}}}`;
    expect(await deliver(json)).toBe('200 dead_letter');
    const id = `msg_${deliveries}`;
    const letter = await api.db.collection<{ _id: string }>('webhookDeadLetters').findOne({ _id: id });
    expect(letter).toEqual({ _id: id, event: json, at: expect.any(Date) });
    const again = await admin.call(200, 'POST', `/admin/webhook-events/${id}/replay`);
    expect(again).toMatchObject({ outcome: 'dead_letter' });
  });

  it('a dead letter of an earlier version can be replayed', async () => {
    await deliver('{"type":"user.deleted","data":{"deleted":true}}');
    const id = `msg_${deliveries}`;
    await api.db
      .collection<{ _id: string }>('webhookDeadLetters')
      .replaceOne({ _id: id }, { data: '{"id":"user_late"}', at: new Date() });
    const again = await admin.call(200, 'POST', `/admin/webhook-events/${id}/replay`);
    expect(again).toMatchObject({ outcome: 'applied' });
  });
});

it('a change that MongoDB refuses is a dead letter, and nothing is changed', async () => {
  const eve = await api.join({ first_name: 'Eve' });
  await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
  const data = await api.clerk.updateUser(eve.clerkId, { first_name: 'Refused' }, { webhook: false });
  const { users } = await snapshot(api.db);
  expect(await deliver(JSON.stringify({ type: 'user.updated', data }))).toBe('200 dead_letter');
  expect((await snapshot(api.db))['users']).toEqual(users);
  await api.db.db?.command({ collMod: 'users', validator: {} });
  await admin.call(200, 'POST', `/admin/webhook-events/msg_${deliveries}/replay`);
  expect(await eve.get('/users/me')).toMatchObject({ firstName: 'Refused' });
});

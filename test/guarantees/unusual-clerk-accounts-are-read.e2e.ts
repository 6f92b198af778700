import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReconcilerService } from '../../src/reconciler/reconciler.service.js';
import { captureLogs } from '../support/logs.js';
import { metricOf } from '../support/metrics.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let admin: Person;
const logs = captureLogs();
beforeAll(async () => {
  api = await startTestApp({ LOG_LEVEL: 'error' }, logs.sink);
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

const reconcile = () => api.app.get(ReconcilerService).reconcile();
const metric = async (name: string) => Number(await metricOf(api.anonymous.url, name));

/** Delivers an event; returns its `svix-id` and its outcome in the ledger. */
let deliveries = 0;
async function deliver(type: string, data: unknown): Promise<{ svixId: string; outcome: unknown }> {
  const svixId = `msg_odd${++deliveries}`;
  const { status } = await api.clerk.deliverWebhook({ type, data } as never, { svixId });
  expect(status).toBe(200);
  const row = await api.db
    .collection<{ _id: string; outcome: string }>('webhookEvents')
    .findOne({ _id: svixId });
  return { svixId, outcome: row?.outcome };
}
const replay = (svixId: string) => admin.call(200, 'POST', `/admin/webhook-events/${svixId}/replay`);

const FAMILY = '👨‍👩‍👧‍👦';
const MAX_LENGTH = 1000;

/** Fields of Clerk's account, and of `GET /users/me` after it. */
const UNUSUAL: [string, Record<string, unknown>, Record<string, unknown>][] = [
  [
    'a phone number without a verification',
    { phone_numbers: [{ id: 'p', phone_number: '+15555550100', verification: null }] },
    { firstName: 'Ann', email: expect.any(String) },
  ],
  [
    'a first name of 1001 characters',
    { first_name: 'x'.repeat(1001) },
    { firstName: 'x'.repeat(MAX_LENGTH) },
  ],
  ['an emoji at the limit', { first_name: 'x'.repeat(999) + '💥' }, { firstName: 'x'.repeat(999) }],
  ['a family at the limit', { last_name: 'x'.repeat(995) + FAMILY }, { lastName: 'x'.repeat(995) }],
  [
    'a family that just fits',
    { last_name: 'x'.repeat(989) + FAMILY + 'y' },
    { lastName: 'x'.repeat(989) + FAMILY },
  ],
  ['white space at the limit', { last_name: 'x'.repeat(998) + '   y' }, { lastName: 'x'.repeat(998) }],
  [
    'one character of 3001 code points',
    { first_name: 'a' + '\u0301'.repeat(3000) },
    { firstName: 'a' + '\u0301'.repeat(999) },
  ],
  ['half a surrogate pair', { first_name: 'x\ud83d' }, { firstName: 'x\ufffd' }],
  ['names that are no text', { first_name: 42, last_name: {} }, { firstName: 'Unknown', lastName: '' }],
  ['no list of addresses', { email_addresses: null }, { email: null }],
  ['an absent list of addresses', { email_addresses: undefined }, { email: null }],
  ['an object for the list of addresses', { email_addresses: {} }, { email: null }],
  [
    'malformed addresses beside the primary one',
    {
      primary_email_address_id: 'idn_1',
      email_addresses: [
        null,
        { id: 5 },
        { id: 'idn_0', email_address: null },
        { id: 'idn_1', email_address: 'ann@x.co' },
      ],
    },
    { email: 'ann@x.co' },
  ],
  [
    'too long an address',
    {
      primary_email_address_id: 'i',
      email_addresses: [{ id: 'i', email_address: `${'x'.repeat(320)}@x.co` }],
    },
    { email: null },
  ],
  [
    'too long an address of a picture',
    { image_url: `https://x.co/${'x'.repeat(5000)}` },
    { profilePicture: '' },
  ],
  ['a picture that is no text', { image_url: [] }, { profilePicture: '' }],
  ['metadata that is no object', { public_metadata: 'admin' }, { role: 'user' }],
  [
    'no metadata, and lists that are null',
    { public_metadata: null, phone_numbers: null, external_accounts: null },
    { role: 'user' },
  ],
  ['no time of creation', { created_at: null }, { firstName: 'Ann' }],
  ['a username that is no text', { username: {} }, { username: expect.any(String) }],
];

describe('an account with unusual fields', () => {
  it.each(UNUSUAL)('%s: its first request is 200', async (_, fields, expected) => {
    const ann = await api.signUp({ first_name: 'Ann' });
    api.clerk.misreport(ann.clerkId, fields);
    expect(await ann.get('/users/me')).toMatchObject(expected);
  });

  it.each(UNUSUAL)('%s: user.created and user.updated are applied', async (_, fields, expected) => {
    const ann = await api.signUp({ first_name: 'Ann' });
    api.clerk.misreport(ann.clerkId, fields);
    const data = { ...api.clerk.getUser(ann.clerkId), ...fields };
    expect(await deliver('user.created', data)).toMatchObject({ outcome: 'applied' });
    const later = { ...data, updated_at: Date.now() };
    expect(await deliver('user.updated', later)).toMatchObject({ outcome: 'applied' });
    expect(await ann.get('/users/me')).toMatchObject(expected);
  });

  it('a reconciliation creates and updates all of them, and then has nothing to do', async () => {
    const people = [];
    for (const [index, [, fields, expected]] of UNUSUAL.entries()) {
      const attributes = { first_name: 'Ann' };
      const ann = index % 2 === 0 ? await api.signUp(attributes) : await api.join(attributes);
      api.clerk.misreport(ann.clerkId, { updated_at: Date.now(), ...fields });
      people.push({ ann, expected });
    }
    expect(await reconcile()).toMatchObject({ created: UNUSUAL.length / 2, refused: 0, unreadable: 0 });
    for (const { ann, expected } of people) {
      const user = await api.userOf(ann);
      const { username = user['username'], ...others } = expected;
      expect(user).toMatchObject({ username, ...others });
    }
    expect(await reconcile()).toMatchObject({ created: 0, updated: 0, deleted: 0 });
  });
});

const UNREADABLE: [string, Record<string, unknown>][] = [
  ['no time of its last change', { updated_at: null }],
  ['a time that is no number', { updated_at: 'yesterday' }],
  ['a ban that is neither', { banned: 'no' }],
  ['no id', { id: null }],
];

describe('an account that cannot be read', () => {
  it.each(UNREADABLE)('%s: 503 with its own log line and metric, and no roll-back', async (_, fields) => {
    const ann = await api.signUp();
    api.clerk.misreport(ann.clerkId, fields);
    const before = await metric('user_syncs_total{outcome="unreadable"}');
    const away = await metric('user_syncs_total{outcome="unavailable"}');
    logs.clear();
    const { status, body } = await ann.request('GET', '/users/me');
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { code: 'dependency_unavailable', detail: "Clerk's answer about this account cannot be read." },
    });
    expect(await metric('user_syncs_total{outcome="unreadable"}')).toBe(before + 1);
    expect(await metric('user_syncs_total{outcome="unavailable"}')).toBe(away);
    expect(logs.text()).toContain("first request fails: Clerk's account cannot be read");
    expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
    expect(await api.db.collection('deletionRollbacks').countDocuments()).toBe(0);
    api.clerk.misreport(ann.clerkId, {});
    await ann.call(200, 'GET', '/users/me');
  });

  it.each(UNREADABLE)(
    '%s: a reconciliation skips and counts it, with and without a user',
    async (_, fields) => {
      const [known, unknown] = [await api.join({ first_name: 'Known' }), await api.signUp()];
      for (const { clerkId } of [known, unknown]) api.clerk.misreport(clerkId, fields);
      const others = [await api.signUp(), await api.signUp()];
      const accounts = (await api.db.collection('users').countDocuments()) + 3;
      expect(await reconcile()).toMatchObject({ inClerk: accounts, created: 2, unreadable: 2, deleted: 0 });
      for (const other of others) expect(await api.userOf(other)).toBeDefined();
      expect(await known.get('/users/me')).toMatchObject({ firstName: 'Known' });
      for (const { clerkId } of [known, unknown]) api.clerk.misreport(clerkId, {});
      expect(await reconcile()).toMatchObject({ created: 1, unreadable: 0 });
    },
  );

  it.each(UNREADABLE)(
    '%s: its events are dead letters, and replayed have their effect',
    async (_, fields) => {
      const ann = await api.signUp({ first_name: 'Ann' });
      const account = api.clerk.getUser(ann.clerkId);
      api.clerk.misreport(ann.clerkId, fields);
      const payment = {
        id: `pa_${ann.clerkId}`,
        status: 'paid',
        updated_at: Date.now(),
        payer: { user_id: ann.clerkId },
        totals: { grand_total: { amount: 990, currency: 'EUR' } },
      };
      const ended = { id: 'sess_other', user_id: ann.clerkId };
      const letters = [
        await deliver('user.created', account),
        await deliver('paymentAttempt.updated', payment),
        await deliver('session.ended', ended),
      ];
      expect(letters.map(({ outcome }) => outcome)).toEqual(Array(3).fill('dead_letter'));
      api.clerk.misreport(ann.clerkId, {});
      for (const { svixId } of letters) expect(await replay(svixId)).toMatchObject({ outcome: 'applied' });
      expect(await ann.get('/users/me/purchases')).toMatchObject({ items: [{ amount: 990 }] });
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Ann' });
    },
  );

  it('an unreadable event is a dead letter; so is one that needs Clerk while the account there is unreadable', async () => {
    const ann = await api.join({ first_name: 'Ann' });
    const account = api.clerk.getUser(ann.clerkId);
    expect(await deliver('user.updated', { ...account, updated_at: null })).toMatchObject({
      outcome: 'dead_letter',
    });
    api.clerk.misreport(ann.clerkId, { banned: 1 });
    // Two states of one time: Clerk has to be asked.
    const tie = await deliver('user.updated', { ...account, first_name: 'Other' });
    expect(tie).toMatchObject({ outcome: 'dead_letter' });
    expect(await ann.problem('PATCH', '/users/me', { body: { firstName: 'New' } })).toBe(
      '503 dependency_unavailable',
    );
    api.clerk.misreport(ann.clerkId, {});
    expect(await replay(tie.svixId)).toMatchObject({ outcome: 'applied' });
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'New' });
  });
});

describe('a user that MongoDB refuses', () => {
  it('to create or to change is counted by the reconciliation, which continues', async () => {
    const people = [];
    for (let index = 0; index < 3; index++) people.push(await api.join({ first_name: 'Before' }));
    for (const [index, { clerkId }] of people.entries()) {
      const first_name = index === 1 ? 'Refused' : 'After';
      await api.clerk.updateUser(clerkId, { first_name }, { webhook: false });
    }
    await api.signUp({ first_name: 'Refused' });
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const summary = await reconcile();
    await api.db.db?.command({ collMod: 'users', validator: {} });
    expect(summary).toMatchObject({ updated: 2, refused: 2 });
    const names = await Promise.all(people.map(async (each) => (await api.userOf(each))['firstName']));
    expect(names).toEqual(['After', 'Before', 'After']);
    await reconcile();
  });
});

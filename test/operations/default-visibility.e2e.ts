import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ReconcilerService } from '../../src/reconciler/reconciler.service.js';
import { clerkEnvironment } from '../support/clerk-environment.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ DEFAULT_VISIBILITY: 'private' });
});
afterAll(() => api.close());

/** The event of a payment, which creates a missing user. */
const payment = ({ clerkId }: Person) => ({
  type: 'paymentAttempt.updated',
  data: {
    id: `pa_${clerkId.slice(-8)}`,
    status: 'paid',
    created_at: Date.now(),
    updated_at: Date.now(),
    paid_at: Date.now(),
    payer: { user_id: clerkId },
    totals: { grand_total: { amount: 990, currency: 'EUR' } },
    subscription_items: [{ plan: { name: 'Explorer' } }],
  },
});
const accountEvent = (type: string, { clerkId }: Person) => ({
  type,
  data: api.clerk.getUser(clerkId) ?? {},
});

it.each<[door: string, create: (person: Person) => Promise<unknown>]>([
  ['the first request', (person) => person.get('/users/me/blocks')],
  ['user.created', (person) => api.clerk.deliverWebhook(accountEvent('user.created', person))],
  ['user.updated', (person) => api.clerk.deliverWebhook(accountEvent('user.updated', person))],
  ['an event of a payment', (person) => api.clerk.deliverWebhook(payment(person))],
  ['the reconciler', () => api.app.get(ReconcilerService).reconcile()],
])('DEFAULT_VISIBILITY=private: a user created by %s is private', async (_door, create) => {
  const ann = await api.signUp();
  await create(ann);
  expect(await api.userOf(ann)).toMatchObject({ visibility: 'private' });
  expect(await ann.get('/users/me')).toMatchObject({ visibility: 'private' });
  const bob = await api.join();
  expect(await bob.call(200, 'PUT', `/users/me/following/${String((await api.userOf(ann))._id)}`)).toEqual({
    state: 'requested',
  });
});

it('existing users keep theirs: public ones, and documents older than the field', async () => {
  const before = await startTestApp();
  const [ann, old] = [await before.join(), await before.join()];
  await before.db.collection('users').updateOne({ clerkId: old.clerkId }, { $unset: { visibility: 1 } });
  const after = await startTestApp({
    ...clerkEnvironment(before.clerk),
    DEFAULT_VISIBILITY: 'private',
    MONGODB_URI: before.config.mongodbUri,
  });
  try {
    before.clerk.setWebhookUrl(`${after.anonymous.url}/api/v2/webhooks/clerk`);
    await before.clerk.updateUser(ann.clerkId, { first_name: 'New' });
    await before.clerk.idle();
    await before.clerk.updateUser(old.clerkId, { first_name: 'New' }, { webhook: false });
    expect(await after.app.get(ReconcilerService).reconcile()).toMatchObject({ created: 0, updated: 1 });
    for (const { token } of [ann, old]) {
      const me = await after.withToken(token).get('/users/me');
      expect(me).toMatchObject({ firstName: 'New', visibility: 'public' });
    }
  } finally {
    await after.close({ keepDatabase: true });
    await before.close();
  }
});

it('a user may choose the other one, and later events keep it', async () => {
  const ann = await api.join();
  await ann.call(200, 'PATCH', '/users/me', { body: { visibility: 'public' } });
  await api.clerk.updateUser(ann.clerkId, { first_name: 'Anna' });
  await api.clerk.idle();
  expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Anna', visibility: 'public' });
});

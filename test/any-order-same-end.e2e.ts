import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { User } from 'clerk-local';
import { ApiClient } from './support/api-client.js';
import { startTestApp, type TestApp } from './support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

let api: TestApp;
let clients: (token: string) => ApiClient[];
beforeAll(async () => {
  api = await startTestApp();
  const otherUrl = await api.secondInstance();
  clients = (token) => [api.anonymous.url, otherUrl].map((url) => new ApiClient(url, `Bearer ${token}`));
});
afterAll(() => api.close());

/** A step of a history: a delivery of one of the account's events, or a first request; to one of two instances. */
interface Step {
  event: number;
  instance: number;
}

/** Steps in batches: a batch runs at once, the batches one after the other. */
const history = fc.array(
  fc.array(fc.record({ event: fc.nat({ max: 4 }), instance: fc.nat({ max: 1 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
  { minLength: 1, maxLength: 4 },
);

it('any order, duplication and interleaving of deliveries and first requests ends the same', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (batches, isDeleted) => {
      // The account's true story: created, renamed twice, perhaps deleted. Clerk is already at its end.
      const account = await api.clerk.createUser({ first_name: 'One' }, { webhook: false });
      const versions: User[] = [account];
      for (const first_name of ['Two', 'Three']) {
        versions.push(await api.clerk.updateUser(account.id, { first_name }, { webhook: false }));
      }
      const token = await api.clerk.mintToken(account.id, { expiresInSeconds: 3600 });
      if (isDeleted) await api.clerk.deleteUser(account.id, { webhook: false });

      const deliveries = versions.map((data, index) => ({
        type: index === 0 ? 'user.created' : 'user.updated',
        data,
      }));
      const deletion = { type: 'user.deleted', data: { object: 'user', id: account.id, deleted: true } };
      const svixId = (event: number) => `msg_${account.id}_${event}`;
      const run = async ({ event, instance }: Step) => {
        const client = clients(token)[instance];
        const delivery = event === 3 ? (isDeleted ? deletion : undefined) : deliveries[event];
        if (delivery === undefined) return (await client?.request('GET', '/users/me'))?.status;
        const body = JSON.stringify(delivery);
        const headers = { ...api.clerk.signWebhook(body, { svixId: svixId(event) }) };
        return (await client?.request('POST', '/webhooks/clerk', { body, headers }))?.status;
      };
      const statuses = [];
      for (const batch of batches) statuses.push(...(await Promise.all(batch.map(run))));
      // Whatever was lost on the way arrives at last: every event was delivered at least once, then.
      for (const event of [0, 1, 2, ...(isDeleted ? [3] : [])]) {
        statuses.push(await run({ event, instance: event % 2 }));
      }
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);

      const users = await api.db.collection('users').find({ clerkId: account.id }).toArray();
      const final = await new ApiClient(api.anonymous.url, `Bearer ${token}`).request('GET', '/users/me');
      if (isDeleted) {
        expect(users).toEqual([]);
        expect(final).toMatchObject({ status: 401, body: { code: 'account_deleted' } });
      } else {
        expect(users).toEqual([expect.objectContaining({ firstName: 'Three' })]);
        expect(final).toMatchObject({ status: 200, body: { firstName: 'Three' } });
      }
      const wishlists = await api.db.collection('wishlists').countDocuments();
      expect(wishlists).toBe(await api.db.collection('users').countDocuments());
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

import { hash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { User } from 'clerk-local';
import fc from 'fast-check';
import { ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

/** What the property is tried on. */
export interface Histories {
  api: TestApp;
  /** Of two instances. */
  urls: readonly string[];
  runs: number;
  seed: number;
  /** Sends until it is answered with something that counts; returns that status. */
  insist: (send: () => Promise<number>) => Promise<number>;
  /** Called with the number of each history; what it starts goes on beside it, and ends before the end is looked at. */
  before?: (history: number) => Promise<void> | undefined;
}

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

/** The property: any order, duplication and interleaving of deliveries and first requests ends the same. */
export async function endsTheSame({ api, urls, runs, seed, insist, before }: Histories): Promise<void> {
  process.stdout.write(`seed ${seed}, ${runs} runs\n`);
  const clients = (token: string) => urls.map((url) => new ApiClient(url, `Bearer ${token}`));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (batches, isDeleted) => {
      const disturbed = before?.(count++);
      // The account's true story: created, renamed twice, perhaps deleted. Clerk is already at its end.
      const account = await api.clerk.createUser({ first_name: 'One' }, { webhook: false });
      const versions: User[] = [account];
      for (const first_name of ['Two', 'Three']) {
        versions.push(await api.clerk.updateUser(account.id, { first_name }, { webhook: false }));
      }
      // Not a young one: for those, Clerk's word that there is no such user is waited for (docs/decisions/0023).
      const iat = Math.floor(Date.now() / 1000) - 60;
      const token = await api.clerk.mintToken(account.id, { expiresInSeconds: 3600, claims: { iat } });
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
        if (client === undefined) throw new Error('There is no such instance');
        return insist(async () => {
          if (delivery === undefined) return (await client.request('GET', '/users/me')).status;
          const body = JSON.stringify(delivery);
          const headers = { ...api.clerk.signWebhook(body, { svixId: svixId(event) }) };
          return (await client.request('POST', '/webhooks/clerk', { body, headers })).status;
        });
      };
      const statuses = [];
      for (const batch of batches) statuses.push(...(await Promise.all(batch.map(run))));
      // Whatever was lost on the way arrives at last: every event was delivered at least once, then.
      for (const event of [0, 1, 2, ...(isDeleted ? [3] : [])]) {
        statuses.push(await run({ event, instance: event % 2 }));
      }
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);

      await disturbed;
      expect(await run({ event: 4, instance: 0 })).toBe(isDeleted ? 401 : 200);
      const users = await api.db.collection('users').find({ clerkId: account.id }).toArray();
      expect(users).toEqual(isDeleted ? [] : [expect.objectContaining({ firstName: 'Three' })]);
      const subjectHash = hash('sha256', account.id, 'hex');
      const tombstones = await api.db.collection('deletedUsers').countDocuments({ subjectHash });
      expect(tombstones).toBe(isDeleted ? 1 : 0);
      const wishlists = await api.db.collection('wishlists').countDocuments();
      expect(wishlists).toBe(await api.db.collection('users').countDocuments());
    }),
    { numRuns: runs, seed, ...(before === undefined ? {} : { endOnFailure: true }) },
  );
}

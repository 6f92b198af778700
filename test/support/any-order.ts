import { hash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { User } from 'clerk-local';
import fc from 'fast-check';
import { ApiClient, type ApiResponse } from './api-client.js';
import { userDeletedEvent } from './events.js';
import type { TestApp } from './test-app.js';

/** Where the property is tested, and how often. */
export interface Histories {
  api: TestApp;
  /** The URLs of two instances. */
  urls: readonly string[];
  runs: number;
  seed: number;
  /** Sends a request, again where the test allows it, and returns the answer. */
  send: (request: () => Promise<ApiResponse>) => Promise<ApiResponse>;
  /** Called with the number of each history; runs beside it, and is awaited before the check. */
  disturb?: (history: number) => Promise<void> | undefined;
}

/** A step: one of the account's events, or a request, is sent to one of two instances. */
interface Step {
  event: number;
  instance: number;
}

/** The steps of a batch run at once, the batches one after the other. */
const history = fc.array(
  fc.array(fc.record({ event: fc.nat({ max: 4 }), instance: fc.nat({ max: 1 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
  { minLength: 1, maxLength: 4 },
);

/** The property: any order, duplication and interleaving of events and first requests has the same end. */
export async function endsTheSame({ api, urls, runs, seed, send, disturb }: Histories): Promise<void> {
  process.stdout.write(`seed ${seed}, ${runs} runs\n`);
  const clients = (token: string) => urls.map((url) => new ApiClient(url, `Bearer ${token}`));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (batches, isDeleted) => {
      const disturbed = disturb?.(count++);
      // The account is created, renamed twice, perhaps deleted: in Clerk, all of it has happened already.
      const account = await api.clerk.createUser({ first_name: 'One' }, { webhook: false });
      const versions: User[] = [account];
      for (const first_name of ['Two', 'Three']) {
        versions.push(await api.clerk.updateUser(account.id, { first_name }, { webhook: false }));
      }
      // An older token: for young ones, a 404 of Clerk is asked for again (docs/decisions/0023).
      const iat = Math.floor(Date.now() / 1000) - 60;
      const token = await api.clerk.mintToken(account.id, { expiresInSeconds: 3600, claims: { iat } });
      if (isDeleted) await api.clerk.deleteUser(account.id, { webhook: false });

      const deliveries = versions.map((data, index) => ({
        type: index === 0 ? 'user.created' : 'user.updated',
        data,
      }));
      const deletion = userDeletedEvent({ clerkId: account.id });
      const svixId = (event: number) => `msg_${account.id}_${event}`;
      const run = async ({ event, instance }: Step) => {
        const client = clients(token)[instance];
        const delivery = event === 3 ? (isDeleted ? deletion : undefined) : deliveries[event];
        if (client === undefined) throw new Error('There is no such instance');
        const { status } = await send(() => {
          if (delivery === undefined) return client.request('GET', '/users/me');
          const body = JSON.stringify(delivery);
          const headers = { ...api.clerk.signWebhook(body, { svixId: svixId(event) }) };
          return client.request('POST', '/webhooks/clerk', { body, headers });
        });
        return status;
      };
      const statuses = [];
      for (const batch of batches) statuses.push(...(await Promise.all(batch.map(run))));
      // Clerk repeats deliveries: in the end each event has been delivered at least once.
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
    { numRuns: runs, seed, ...(disturb === undefined ? {} : { endOnFailure: true }) },
  );
}

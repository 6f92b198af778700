import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from 'clerk-local';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection, createConnection } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import { sets } from '../support/changes.js';
import { eventually } from '../support/eventually.js';
import { catchCommand, failCommands } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { untilAvailable } from '../support/retry.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const COPIES = 50;

let mongo: ReplicaSet;
let api: TestApp;
let instances: ApiClient[];
beforeAll(async () => {
  mongo = await startFaultyReplicaSet({ members: 3 });
});
afterAll(() => mongo.stop());
beforeEach(async () => {
  api = await startTestApp({ MONGODB_URI: `${testDatabaseUri(mongo.uri)}&monitorCommands=true` });
  instances = [api.anonymous, new ApiClient(await api.secondInstance())];
});
afterEach(() => api.close());

const newId = () => `msg_${randomBytes(12).toString('hex')}`;
const row = (svixId: string) => api.db.collection<{ _id: string }>('webhookEvents').findOne({ _id: svixId });

/** Sends a signed delivery to one of the two instances. */
function deliver(svixId: string, type: string, data: object, instance = 0): Promise<ApiResponse> {
  const body = JSON.stringify({ type, data });
  const headers = { ...api.clerk.signWebhook(body, { svixId }) };
  return (instances[instance] ?? api.anonymous).request('POST', '/webhooks/clerk', { body, headers });
}

/** States of a user in Clerk, each newer than the stored one and than the one before. */
async function statesOf({ clerkId }: Joined, count: number): Promise<User[]> {
  await api.db.collection('users').updateOne({ clerkId }, { $set: { clerkUpdatedAt: 0 } });
  const now = api.clerk.getUser(clerkId);
  if (now === undefined) throw new Error('No such user in Clerk');
  return Array.from({ length: count }, (_, n) => ({ ...now, last_name: `Name ${n}`, updated_at: n + 1 }));
}

/** Counts the changes of a user from now on; the returned function ends the count. */
async function countChanges({ clerkId }: Joined): Promise<() => Promise<number>> {
  const users = api.db.collection('users');
  const changes = users.watch([], { maxAwaitTimeMS: 20 });
  await changes.tryNext();
  return async () => {
    await users.updateOne({ clerkId }, { $set: { isCounted: true } });
    let count = 0;
    for await (const change of changes) {
      if (sets('isCounted')(change)) break;
      count++;
    }
    await changes.close();
    return count;
  };
}

describe('copies of one delivery', () => {
  it(`${COPIES} at once over two instances: one effect, one row`, async () => {
    const ann = await api.join();
    const states = await statesOf(ann, COPIES);
    const counted = await countChanges(ann);
    const svixId = newId();
    const answers = await Promise.all(
      states.map((state, n) => untilAvailable(() => deliver(svixId, 'user.updated', state, n % 2))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(COPIES).fill(200));
    expect(await counted()).toBe(1);
    expect(await row(svixId)).toMatchObject({ outcome: 'applied' });
  });

  it('a copy that comes while the first one commits has no effect', async () => {
    const ann = await api.join();
    const [first, second] = (await statesOf(ann, 2)) as [User, User];
    const counted = await countChanges(ann);
    const svixId = newId();
    const caught = await catchCommand(api.db, { failCommands: ['commitTransaction'], blockTimeMS: 500 });
    const answer = deliver(svixId, 'user.updated', first, 0);
    await caught();
    expect((await deliver(svixId, 'user.updated', second, 1)).status).toBe(200);
    expect((await answer).status).toBe(200);
    expect(await counted()).toBe(1);
    expect(await ann.get('/users/me')).toMatchObject({ lastName: 'Name 0' });
  });

  it('a copy that comes before the first one fails has the effect', async () => {
    const ann = await api.join();
    const [first, second] = (await statesOf(ann, 2)) as [User, User];
    const counted = await countChanges(ann);
    const svixId = newId();
    const caught = await catchCommand(api.db, {
      failCommands: ['update'],
      namespace: `${api.db.name}.users`,
      blockTimeMS: 500,
      // MaxTimeMSExpired: nothing repeats the command.
      errorCode: 50,
    });
    const answer = deliver(svixId, 'user.updated', first, 0);
    await caught();
    expect((await deliver(svixId, 'user.updated', second, 1)).status).toBe(200);
    expect((await answer).status).toBe(503);
    expect(await counted()).toBe(1);
    expect(await ann.get('/users/me')).toMatchObject({ lastName: 'Name 1' });
  });

  it.each([
    [
      'user.updated',
      (id: string) => ({ id, object: 'user', email_addresses: [], created_at: 1, updated_at: 1 }),
    ],
    ['session.ended', (id: string) => ({ id: 'sess_1', user_id: id })],
    ['paymentAttempt.created', (id: string) => payment(id)],
  ])(
    'of %s about a subject that Clerk does not know: Clerk is asked for the first one only',
    async (type, data) => {
      const { clerkId } = await api.signUp();
      await api.clerk.deleteUser(clerkId, { webhook: false });
      const asked = () => api.clerk.requestCount('GET', `/v1/users/${clerkId}`);
      const svixId = newId();
      expect((await deliver(svixId, type, data(clerkId))).status).toBe(200);
      expect(await row(svixId)).toMatchObject({ outcome: 'ignored' });
      const before = asked();
      expect(before).toBeGreaterThan(0);
      for (const instance of [0, 1])
        expect((await deliver(svixId, type, data(clerkId), instance)).status).toBe(200);
      expect(asked()).toBe(before);
    },
  );

  it('of an event with a time in the future: Clerk is asked for the first one only', async () => {
    const ann = await api.join();
    const data = { ...api.clerk.getUser(ann.clerkId), updated_at: Date.UTC(2100, 0, 1) };
    const svixId = newId();
    api.clerk.resetRequests();
    for (const instance of [0, 1, 0])
      expect((await deliver(svixId, 'user.updated', data, instance)).status).toBe(200);
    expect(api.clerk.requestCount('GET', `/v1/users/${ann.clerkId}`)).toBe(1);
  });

  it('a copy is no repeat until the first one is on a majority of the members', async () => {
    const ann = await api.join();
    const [first, second] = (await statesOf(ann, 2)) as [User, User];
    const counted = await countChanges(ann);
    const svixId = newId();
    // An abort that reaches MongoDB waits for a majority as well.
    const undo = await failCommands(api.db, { failCommands: ['abortTransaction'], errorCode: 8000 });
    const resume = await stopReplication();
    try {
      const answer = untilAvailable(() => deliver(svixId, 'user.updated', first, 1));
      await eventually('the row is on the primary', async () => (await row(svixId)) ?? undefined);
      let isAnswered = false;
      const askedTwice = findsOfRows(2);
      const repeat = untilAvailable(() => deliver(svixId, 'user.updated', second, 0)).finally(() => {
        isAnswered = true;
      });
      // The second question: the answer to the first one was no.
      await Promise.race([askedTwice, repeat]);
      expect(isAnswered).toBe(false);
      await resume();
      expect([(await answer).status, (await repeat).status]).toEqual([200, 200]);
    } finally {
      await resume();
      await undo();
    }
    expect(await counted()).toBe(1);
  });
});

describe('different deliveries about one user', () => {
  it('at once over two instances: each is recorded, and the newest state stays', async () => {
    const ann = await api.join();
    const states = await statesOf(ann, COPIES);
    const sent = states.map((state, n) => ({ state, svixId: newId(), instance: n % 2 }));
    const answers = await Promise.all(
      sent
        .toReversed()
        .map(({ state, svixId, instance }) =>
          untilAvailable(() => deliver(svixId, 'user.updated', state, instance)),
        ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(COPIES).fill(200));
    for (const { svixId } of sent) expect(await row(svixId)).toMatchObject({ outcome: 'applied' });
    expect(await ann.get('/users/me')).toMatchObject({ lastName: `Name ${COPIES - 1}` });
  });
});

function payment(clerkId: string): object {
  return {
    id: 'pa_1',
    status: 'paid',
    updated_at: 1,
    paid_at: 1,
    payer: { user_id: clerkId },
    totals: { grand_total: { amount: 990, currency: 'EUR' } },
  };
}

/** Resolves when the first instance has asked for rows of the ledger so many times. */
function findsOfRows(count: number): Promise<void> {
  const client = api.app.get<Connection>(getConnectionToken()).getClient();
  return new Promise((resolve) => {
    let asked = 0;
    client.on('commandStarted', ({ command }) => {
      if (command['find'] === 'webhookEvents' && ++asked === count) resolve();
    });
  });
}

/** From now on the secondaries get no writes, until the returned function is called. */
async function stopReplication(): Promise<() => Promise<void>> {
  const { hosts, primary } = (await api.db.getClient().db('admin').command({ hello: 1 })) as {
    hosts: string[];
    primary: string;
  };
  const [, root = ''] = /\/\/([^/@]+@)/.exec(mongo.uri) ?? [];
  const secondaries = hosts.filter((host) => host !== primary);
  const set = async (mode: 'alwaysOn' | 'off') => {
    for (const host of secondaries) {
      const member = await createConnection(`mongodb://${root}${host}/?directConnection=true`).asPromise();
      const admin = member.getClient().db('admin');
      await admin.command({ configureFailPoint: 'stopReplProducer', mode });
      await member.close();
    }
  };
  await set('alwaysOn');
  return () => set('off');
}

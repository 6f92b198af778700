import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { catchCommand } from '../support/fail-point.js';
import { captureLogs } from '../support/logs.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

/** More than sockets buffer, so that an export waits for a caller who stops reading. */
const [ROWS, ROW_LENGTH] = [1500, 10_000];
const PURCHASES = 3;

let mongo: ReplicaSet;
let api: TestApp;
const logs = captureLogs();
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri), LOG_LEVEL: 'info' }, logs.sink);
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

/** A user with purchases and, with `isLarge`, 15 MB of audit records, which the export lists first. */
async function buyer(isLarge = true): Promise<Joined> {
  const person = await api.join();
  const userId = new Types.ObjectId(person.id);
  const purchase = {
    userId,
    item: 'eSIM',
    amount: 1,
    currency: 'EUR',
    status: 'paid',
    purchasedAt: new Date(),
  };
  await api.db.collection('purchases').insertMany(Array.from({ length: PURCHASES }, () => ({ ...purchase })));
  if (!isLarge) return person;
  const row = {
    at: new Date(),
    actorId: new Types.ObjectId(),
    action: 'user.suspended',
    target: { type: 'user', id: person.id },
    reason: 'x'.repeat(ROW_LENGTH),
    requestId: null,
  };
  await api.db.collection('auditEvents').insertMany(Array.from({ length: ROWS }, () => ({ ...row })));
  return person;
}

/** The answer of an export; its body is not read yet. */
async function unread({ token }: Person): Promise<IncomingMessage> {
  const request = get(`${api.anonymous.url}/api/v2/users/me/export`, {
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.pause();
  return response;
}

/** The rest of an answer, and whether it is complete by HTTP's rules. */
async function read(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  response.resume();
  if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
  return { text, isWhole: response.complete };
}

/** Waits for the log line of an export of this person that was aborted. */
const aborted = ({ id }: Joined) => logs.next((line) => line['aborted'] === true && line['userId'] === id);

describe('callers who take their exports too slowly', () => {
  it('do not delay the exports of others, and are aborted', async () => {
    const slow = await Promise.all(Array.from({ length: 5 }, () => buyer()));
    const answers = await Promise.all(slow.map(unread));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    const ann = await buyer();
    const whole = await read(await unread(ann));
    expect(whole.isWhole).toBe(true);
    expect(JSON.parse(whole.text)).toMatchObject({ profile: { id: ann.id } });
    // A caller may have one export at a time, and the refusal is no attachment.
    const again = await slow[0]?.request('GET', '/users/me/export');
    expect(again?.status).toBe(429);
    expect(again?.headers.get('content-disposition')).toBeNull();

    await Promise.all(slow.map(aborted));
    for (const answer of answers) {
      const { text, isWhole } = await read(answer);
      expect(isWhole).toBe(false);
      expect(() => JSON.parse(text) as unknown).toThrow();
    }
    // Afterwards the next export of the same caller succeeds.
    for (const person of slow) expect((await read(await unread(person))).isWhole).toBe(true);
  });
});

describe('an export that a deletion overtakes', () => {
  it('is aborted when it has begun', async () => {
    const ann = await buyer();
    const answer = await unread(ann);
    await ann.call(202, 'DELETE', '/users/me');
    const { text, isWhole } = await read(answer);
    expect(text.length).toBeGreaterThan(0);
    expect(isWhole).toBe(false);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('is 401 account_deleted when it has not', async () => {
    const ann = await buyer(false);
    const caught = await catchCommand(api.db, {
      failCommands: ['find'],
      namespace: `${api.db.name}.purchases`,
      blockTimeMS: 3000,
    });
    const answer = ann.request('GET', '/users/me/export');
    await caught();
    await ann.call(202, 'DELETE', '/users/me');
    const { status, body, headers } = await answer;
    expect([status, body]).toMatchObject([401, { code: 'account_deleted' }]);
    expect(headers.get('content-disposition')).toBeNull();
  });
});

describe('an export that fails', () => {
  it('is a problem, without the headers of an attachment', async () => {
    const ann = await buyer(false);
    for (const namespace of ['auditEvents', 'purchases', 'follows', 'wishlists']) {
      const caught = await catchCommand(api.db, {
        failCommands: ['find'],
        namespace: `${api.db.name}.${namespace}`,
        errorCode: 2,
      });
      const answer = ann.request('GET', '/users/me/export');
      await caught();
      const { status, headers } = await answer;
      expect([status, headers.get('content-type')]).toEqual([500, 'application/problem+json; charset=utf-8']);
      expect(headers.get('content-disposition')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const whole = await ann.request('GET', '/users/me/export');
    expect(whole.headers.get('content-disposition')).toBe('attachment; filename="roavelo-export.json"');
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(whole.body).toMatchObject({
      purchases: Array.from({ length: PURCHASES }, () => ({ item: 'eSIM' })),
    });
  });
});

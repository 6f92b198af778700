import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Connection, createConnection, mongo } from 'mongoose';
import { inTransaction } from '../../src/common/mongodb/transaction.js';
import { skewClock } from '../support/clock.js';
import { testDatabaseUri } from '../support/mongo.js';

const HOUR_MS = 3_600_000;

let db: Connection;
beforeAll(async () => {
  db = await createConnection(testDatabaseUri()).asPromise();
});
afterEach(() => {
  skewClock(0);
});
afterAll(() => db.close());

it('a transaction is retried after a write conflict although the clock stepped ahead meanwhile', async () => {
  let attempts = 0;
  const result = await inTransaction(db, () => {
    if (++attempts > 1) return Promise.resolve('done');
    skewClock(HOUR_MS);
    return Promise.reject(new mongo.MongoServerError({ message: 'WriteConflict', code: 112 }));
  });
  expect([result, attempts]).toEqual(['done', 2]);
});

it('a transaction that hangs ends at its deadline although the clock stepped back meanwhile', async () => {
  let attempts = 0;
  const ends = inTransaction(db, () => {
    skewClock(-HOUR_MS);
    // One write conflict, after which the deadline is checked again; then no answer.
    if (attempts++ === 0)
      return Promise.reject(new mongo.MongoServerError({ message: 'WriteConflict', code: 112 }));
    return new Promise<never>(() => undefined);
  });
  await expect(ends).rejects.toMatchObject({ code: 'dependency_unavailable' });
});

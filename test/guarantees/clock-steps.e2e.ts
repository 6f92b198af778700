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

it('a transaction amid which the clock steps ahead is started over after a collision, as any other', async () => {
  let attempts = 0;
  const result = await inTransaction(db, () => {
    if (++attempts > 1) return Promise.resolve('done');
    skewClock(HOUR_MS);
    return Promise.reject(new mongo.MongoServerError({ message: 'WriteConflict', code: 112 }));
  });
  expect([result, attempts]).toEqual(['done', 2]);
});

it('a transaction that hangs ends by its deadline, also when the clock steps back amid it', async () => {
  let attempts = 0;
  const ends = inTransaction(db, () => {
    skewClock(-HOUR_MS);
    // Collides once, so that the deadline is looked at again; then nothing answers.
    if (attempts++ === 0)
      return Promise.reject(new mongo.MongoServerError({ message: 'WriteConflict', code: 112 }));
    return new Promise<never>(() => undefined);
  });
  await expect(ends).rejects.toMatchObject({ code: 'dependency_unavailable' });
});

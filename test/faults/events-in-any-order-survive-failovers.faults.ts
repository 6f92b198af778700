import { afterAll, beforeAll, it } from '@jest/globals';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { endsTheSame } from '../support/any-order.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { untilAvailable } from '../support/retry.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
/** The primary steps down in every 10th history, and is killed in the middle one. */
const EVERY = 10;

let mongo: ReplicaSet;
let api: TestApp;
let urls: string[];
beforeAll(async () => {
  mongo = await startReplicaSet({ members: 3, electionTimeoutMillis: 1000 });
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  urls = [api.anonymous.url, await api.secondInstance()];
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

it('the end is the same for any order of events, also when primaries step down and one is killed', async () => {
  const disturb = (history: number) => {
    if (history === Math.floor(RUNS / 2)) return killPrimary(api.db, mongo);
    return history % EVERY === EVERY - 1 ? stepDown(api.db, 1) : undefined;
  };
  await endsTheSame({ api, urls, runs: RUNS, seed: SEED, send: untilAvailable, disturb });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, it } from '@jest/globals';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { endsTheSame } from '../support/any-order.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
/** The primary steps down amid every so many-th history, and is killed amid the one in the middle. */
const EVERY = 10;
const RETRY_MS = 50;

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

/** As Svix and an app do: again until it is anything but 503. */
async function insist(send: () => Promise<number>): Promise<number> {
  for (;;) {
    const status = await send();
    if (status !== 503) return status;
    await sleep(RETRY_MS);
  }
}

it('any order ends the same, also when primaries step down and one is killed', async () => {
  const before = (history: number) => {
    if (history === Math.floor(RUNS / 2)) return killPrimary(api.db, mongo);
    return history % EVERY === EVERY - 1 ? stepDown(api.db, 1) : undefined;
  };
  await endsTheSame({ api, urls, runs: RUNS, seed: SEED, insist, before });
});

import { afterAll, beforeAll, it } from '@jest/globals';
import { endsTheSame } from '../support/any-order.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

let api: TestApp;
let urls: string[];
beforeAll(async () => {
  api = await startTestApp();
  urls = [api.anonymous.url, await api.secondInstance()];
});
afterAll(() => api.close());

it('the end is the same for any order, duplication and interleaving of deliveries and first requests', async () => {
  // Nothing fails here, so nothing is sent again.
  await endsTheSame({ api, urls, runs: RUNS, seed: SEED, send: (request) => request() });
}, 600_000);

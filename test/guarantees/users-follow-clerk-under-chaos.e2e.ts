import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openApp, openPage, signUp } from '../../packages/clerk-local/test/frontend-api/clerk-js.js';
import { readClerkUser } from '../../src/clerk/clerk-user.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** How many seeds are tried; `CHAOS_SEEDS` and `CHAOS_SEED` repeat or extend a run. */
const SEEDS = Number(process.env['CHAOS_SEEDS'] ?? 5);
const FIRST_SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 2 ** 31);
const RATES = { duplicate: 0.4, delay: 0.5, reorder: 0.5, drop: 0.3 };
const MAX_DELAY_MS = 2000;

/** Who ends the account, if anybody, and whether the person has called the API before. */
const LIVES = [
  { calls: true, end: 'stays' },
  { calls: true, end: 'deletes by the API' },
  { calls: true, end: 'deletes by clerk-js' },
  { calls: false, end: 'stays' },
  { calls: false, end: 'deletes by clerk-js' },
] as const;
type Life = (typeof LIVES)[number];

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
  const [endpoint] = api.clerk.webhookEndpoints.list();
  await api.clerk.webhookEndpoints.update(endpoint?.id ?? '', { retryDelaysMs: 'compressed' });
});
afterAll(() => api.close());

it(
  'the service ends as Clerk does, whatever happens to the webhooks of a life',
  async () => {
    process.stdout.write(`seeds ${FIRST_SEED} to ${FIRST_SEED + SEEDS - 1}\n`);
    const chaos = new Set<string>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) await endsAsClerk(seed, chaos);
    expect([...chaos].sort()).toEqual(['delay', 'drop', 'duplicate', 'reorder']);
  },
  60_000 + SEEDS * 20_000,
);

/** @param chaos gets what happened to the deliveries */
async function endsAsClerk(seed: number, chaos: Set<string>): Promise<void> {
  const { clerk } = api;
  const since = clerk.clock.now();
  clerk.chaos({ seed, ...RATES, maxDelayMs: MAX_DELAY_MS });
  const people = await Promise.all(LIVES.map((life, i) => live(life, (seed + i) % 2 === 0)));
  // What is delayed or waits for a later one is sent now.
  await clerk.clock.advance(MAX_DELAY_MS);
  await clerk.idle({ retries: true });
  await clerk.clock.reset();
  clerk.chaos(null);

  for (const delivery of clerk.deliveries()) {
    if (delivery.createdAt >= since) delivery.chaos.forEach((kind) => chaos.add(kind));
  }
  // An operator sends again what was lost, and then everything, with every account's creation.
  for (const all of [false, true]) {
    clerk.replayWebhooks({ since, all });
    await clerk.idle({ retries: true });
    for (const person of people) await expectAsInClerk(person, seed);
  }
}

interface Person {
  life: Life;
  clerkId: string;
  token: string;
}

/** Signs up, calls the API, changes the name twice, and perhaps deletes the account. */
async function live(life: Life, native: boolean): Promise<Person> {
  const clerkJs = await (native ? openApp(api.clerk) : openPage(api.clerk));
  await signUp(clerkJs, `${life.end.replaceAll(' ', '-')}-${performance.now()}@example.com`);
  const { user, session } = clerkJs;
  const token = (await session?.getToken()) ?? '';
  const person = { life, clerkId: user?.id ?? '', token };
  const client = api.withToken(token);
  if (life.calls) expect(await client.get('/users/me')).toMatchObject({ clerkId: person.clerkId });
  await user?.update({ firstName: 'Ada' });
  await user?.update({ firstName: 'Grace', lastName: 'Hopper' });
  if (life.end === 'deletes by the API') await client.call(202, 'DELETE', '/users/me');
  if (life.end === 'deletes by clerk-js') await user?.delete();
  return person;
}

async function expectAsInClerk({ life, clerkId, token }: Person, seed: number): Promise<void> {
  const users = () => api.db.collection('users').find({ clerkId }).toArray();
  const tombstones = () =>
    api.db.collection('deletedUsers').countDocuments({ subjectHash: hash('sha256', clerkId, 'hex') });
  const what = `seed ${seed}: ${clerkId}, who ${life.end}`;
  if (life.end === 'stays') {
    const { profile } = readClerkUser(api.clerk.getUser(clerkId)) ?? {};
    expect(profile).toMatchObject({ firstName: 'Grace', lastName: 'Hopper' });
    expect([what, await users()]).toEqual([what, [expect.objectContaining(profile ?? {})]]);
    expect(await tombstones()).toBe(0);
    return;
  }
  // A deletion runs in the background.
  await eventually(`${what} is gone`, async () => (await users()).length === 0 && (await tombstones()) === 1);
  expect(api.clerk.getUser(clerkId)).toBeUndefined();
  expect((await api.withToken(token).request('GET', '/users/me')).status).toBe(401);
  expect([what, await users(), await tombstones()]).toEqual([what, [], 1]);
}

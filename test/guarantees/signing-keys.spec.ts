import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { SigningKeys } from '../../src/clerk/signing-keys.js';
import { Background } from '../../src/common/background.js';
import { ProblemError } from '../../src/common/problem.js';
import { CONFIG } from '../../src/config/config.module.js';
import { ClerkInstance } from '../../src/clerk/clerk-instance.js';
import { skewClock, stopClock } from '../support/clock.js';
import { stub } from '../support/stub.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const OVERDUE_MS = 10 * MINUTE_MS;
const PAUSE_MS = 5000;

/** Wall clock and monotonic clock; only the tests move them. */
let now: number;
beforeEach(() => {
  now = 1_000_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  stopClock(now);
});
afterEach(() => {
  jest.spyOn(performance, 'now').mockRestore();
  skewClock(0);
});

async function pass(ms: number): Promise<void> {
  now += ms;
  stopClock(now);
  // The cache of unknown keys reads the clock once a millisecond, by a real timer.
  await sleep(5);
}

/** The keys with a stub of Clerk. */
async function start({ jwtKey, isAnother = false }: { jwtKey?: string; isAnother?: boolean } = {}) {
  const clerk = {
    keys: { a: 'PEM a' } as Record<string, string>,
    fetches: 0,
    isAway: false,
    /** Each fetch waits for it. */
    held: undefined as Promise<void> | undefined,
  };
  const instance = {
    isAnother,
    signingKeys: async () => {
      clerk.fetches++;
      const answer = new Map(Object.entries(clerk.keys));
      await clerk.held;
      if (clerk.isAway) throw new Error('Clerk is away');
      return answer;
    },
  };
  const tasks: { task: { name: string; everyMs: number }; run: () => Promise<void> }[] = [];
  const background = {
    repeat: (task: { name: string; everyMs: number }, run: () => Promise<void>) => tasks.push({ task, run }),
  };
  const module = await Test.createTestingModule({
    providers: [
      SigningKeys,
      stub(ClerkInstance, instance),
      stub(Background, background),
      { provide: CONFIG, useValue: { clerk: { jwtKey } } },
    ],
  }).compile();
  const keys = module.get(SigningKeys);
  const find = async (kid: string) => {
    try {
      return await keys.find(kid);
    } catch (error) {
      return error instanceof ProblemError ? error.code : (error as Error).message;
    }
  };
  return { keys, clerk, instance, tasks, find };
}

/** Holds fetches until the returned function is called. */
function hold(clerk: { held: Promise<void> | undefined }): () => void {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  clerk.held = promise;
  return () => {
    clerk.held = undefined;
    resolve(undefined);
  };
}

describe('with CLERK_JWT_KEY', () => {
  it('one key holds for every token, and nothing is fetched', async () => {
    const { keys, clerk, tasks, find } = await start({ jwtKey: 'PEM of the configuration' });
    keys.onApplicationBootstrap();
    expect(tasks).toEqual([]);
    for (const kid of ['a', 'b']) expect(await find(kid)).toBe('PEM of the configuration');
    expect(keys.holds('b', 'any')).toBe(true);
    expect(clerk.fetches).toBe(0);
  });
});

describe('the keys of Clerk', () => {
  it('are fetched with the first token, and every five minutes from then on', async () => {
    const { keys, clerk, tasks, find } = await start();
    keys.onApplicationBootstrap();
    expect(tasks).toMatchObject([
      { task: { name: 'signing_keys', everyMs: 5 * MINUTE_MS, logger: expect.anything() } },
    ]);
    await tasks[0]?.run();
    expect(clerk.fetches).toBe(0);
    expect(await find('a')).toBe('PEM a');
    expect(await find('a')).toBe('PEM a');
    expect(clerk.fetches).toBe(1);
    await pass(5 * MINUTE_MS);
    await tasks[0]?.run();
    expect(clerk.fetches).toBe(2);
  });

  it('are used for a day while Clerk is away', async () => {
    const { keys, clerk, find } = await start();
    await find('a');
    clerk.isAway = true;
    await pass(DAY_MS - PAUSE_MS);
    expect(await find('a')).toBe('PEM a');
    await pass(PAUSE_MS - 1);
    expect(await find('a')).toBe('PEM a');
    expect(keys.holds('a', 'PEM a')).toBe(true);
    await pass(1);
    expect(keys.holds('a', 'PEM a')).toBe(false);
    expect(await find('a')).toBe('Clerk is away');
    clerk.isAway = false;
    await pass(PAUSE_MS);
    expect(await find('a')).toBe('PEM a');
    expect(clerk.fetches).toBe(4);
  });

  it('expire with the next fetch once Clerk removed them; a fetch is overdue after ten minutes', async () => {
    const { keys, clerk, find } = await start();
    await find('a');
    clerk.keys = { b: 'PEM b' };
    await pass(OVERDUE_MS);
    expect(await find('a')).toBe('PEM a');
    expect(keys.holds('a', 'PEM a')).toBe(true);
    expect(clerk.fetches).toBe(1);
    await pass(1);
    expect(keys.holds('a', 'PEM a')).toBe(false);
    expect(await find('a')).toBe('invalid_token');
    expect(await find('b')).toBe('PEM b');
    expect(clerk.fetches).toBe(2);
  });

  it.each([OVERDUE_MS + 1, -OVERDUE_MS - 1])(
    'are overdue when the wall clock alone moves by %i ms',
    async (ms) => {
      const { keys, find } = await start();
      await find('a');
      stopClock(now + ms);
      expect(keys.holds('a', 'PEM a')).toBe(false);
      stopClock(now + Math.sign(ms) * OVERDUE_MS);
      expect(keys.holds('a', 'PEM a')).toBe(true);
    },
  );

  it('are overdue when the monotonic clock alone moves', async () => {
    const { keys, find } = await start();
    await find('a');
    now += OVERDUE_MS + 1;
    expect(keys.holds('a', 'PEM a')).toBe(false);
  });

  it('hold under their own id only, while they are unchanged', async () => {
    const { keys, clerk, find } = await start();
    expect(keys.holds('a', 'PEM a')).toBe(false);
    clerk.keys = { a: 'PEM a', b: 'PEM b' };
    await find('a');
    expect(keys.holds('a', 'PEM a')).toBe(true);
    expect(keys.holds('a', 'PEM b')).toBe(false);
    expect(keys.holds('c', 'PEM a')).toBe(false);
  });
});

describe('a key that Clerk does not have', () => {
  it('is not fetched again within a minute', async () => {
    const { clerk, find } = await start();
    expect(await find('x')).toBe('invalid_token');
    await pass(MINUTE_MS);
    expect(await find('x')).toBe('invalid_token');
    expect(clerk.fetches).toBe(1);
    await pass(1);
    clerk.keys = { x: 'PEM x' };
    expect(await find('x')).toBe('PEM x');
    expect(clerk.fetches).toBe(2);
  });

  it('is an outage while Clerk is away, and fetched again', async () => {
    const { clerk, find } = await start();
    clerk.isAway = true;
    expect(await find('a')).toBe('Clerk is away');
    expect(clerk.fetches).toBe(1);
    clerk.isAway = false;
    await pass(PAUSE_MS);
    expect(await find('a')).toBe('PEM a');
  });

  it('is an outage, and not remembered, while the keys belong to another instance of Clerk', async () => {
    const { clerk, instance, find } = await start({ isAnother: true });
    expect(await find('x')).toBe('dependency_unavailable');
    await pass(PAUSE_MS);
    instance.isAnother = false;
    clerk.keys = { x: 'PEM x' };
    expect(await find('x')).toBe('PEM x');
  });
});

describe('for an address that sends too many bad tokens', () => {
  const suspect = { mayAskClerk: false };

  it('an unknown key is refused without a fetch, and not remembered as unknown to Clerk', async () => {
    const { keys, clerk, find } = await start();
    await find('a');
    await pass(PAUSE_MS);
    await expect(keys.find('b', suspect)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await keys.find('a', suspect)).toBe('PEM a');
    expect(clerk.fetches).toBe(1);
    clerk.keys = { b: 'PEM b' };
    expect(await find('b')).toBe('PEM b');
    expect(await keys.find('b', suspect)).toBe('PEM b');
    expect(clerk.fetches).toBe(2);
  });

  it('keys are fetched while there are none, and when they are too old', async () => {
    const { keys, clerk } = await start();
    expect(await keys.find('a', suspect)).toBe('PEM a');
    clerk.isAway = true;
    await pass(DAY_MS);
    const release = hold(clerk);
    // An unknown key would be refused instead.
    const refusal = expect(keys.find('a', suspect)).rejects.toThrow('Clerk is away');
    // The next fetch needs no pause.
    now += PAUSE_MS;
    release();
    await refusal;
  });
});

describe('a fetch', () => {
  it('begins at once or 5 s after the previous one, and does not keep the process alive', async () => {
    const { clerk, find } = await start();
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const first = find('x');
    expect(clerk.fetches).toBe(1);
    await first;
    now += PAUSE_MS;
    const second = find('y');
    expect(clerk.fetches).toBe(2);
    await second;
    now += PAUSE_MS - 20;
    const before = timers();
    const third = find('z');
    expect([clerk.fetches, timers()]).toEqual([2, before]);
    expect(await third).toBe('invalid_token');
    expect(clerk.fetches).toBe(3);
  });

  it('is shared by all callers', async () => {
    const { clerk, find } = await start();
    const release = hold(clerk);
    const all = Promise.all(['a', 'x', 'y'].map(find));
    release();
    expect(await all).toEqual(['PEM a', 'invalid_token', 'invalid_token']);
    expect(clerk.fetches).toBe(1);
  });

  it('that began before a token came does not decide about its key', async () => {
    const { clerk, find } = await start();
    const release = hold(clerk);
    const first = find('x');
    // Clerk has answered without the key.
    clerk.keys = { b: 'PEM b' };
    now += 1;
    const [second, same] = [find('b'), find('x')];
    now += PAUSE_MS;
    release();
    expect(await first).toBe('invalid_token');
    expect(await second).toBe('PEM b');
    // The result of the first one is enough for another token with the same key.
    expect(await same).toBe('invalid_token');
    expect(clerk.fetches).toBe(2);
  });

  it('has at most 2,000 waiting callers; the others get 503', async () => {
    const { keys, clerk, find } = await start();
    const release = hold(clerk);
    const waiting = Promise.all(Array.from({ length: 2000 }, (_, index) => find(`x${index}`)));
    const oneMore = keys.find('y').catch((error: unknown) => error);
    release();
    expect(await oneMore).toMatchObject({
      code: 'dependency_unavailable',
      retryAfterSeconds: PAUSE_MS / 1000,
    });
    expect(new Set(await waiting)).toEqual(new Set(['invalid_token']));
    await pass(PAUSE_MS);
    expect(await find('y')).toBe('invalid_token');
    expect(clerk.fetches).toBe(2);
  });
});

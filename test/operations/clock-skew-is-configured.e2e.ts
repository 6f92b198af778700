import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { skewClock } from '../support/clock.js';
import { metricOf } from '../support/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { sessionIdOf } from '../support/tokens.js';

const MS = 1000;

describe.each([0, 5, 60])('CLOCK_SKEW_MS of %i s', (skew) => {
  let api: TestApp;
  let proxy: ClerkProxy;
  /** Seconds since the epoch at which the clock of this process stands during a test. */
  let now: number;
  beforeAll(async () => {
    api = await startTestApp(async (clerk) => {
      proxy = await startClerkProxy(() => clerk.url);
      return { CLERK_API_URL: proxy.url, ...(skew === 5 ? {} : { CLOCK_SKEW_MS: String(skew * MS) }) };
    });
  });
  beforeEach(() => {
    now = Math.floor(Date.now() / MS) + 1;
    setClock(now);
  });
  afterEach(() => {
    proxy.rewrite(undefined);
    skewClock(0);
  });
  afterAll(async () => {
    await api.close();
    await proxy.close();
  });

  /** Stops the clock at a second. */
  const setClock = (second: number) => {
    skewClock(0);
    skewClock(second * MS - Date.now());
  };

  /** A person with a token of these times, in seconds from now. */
  async function withTimes(times: { exp?: number; nbf?: number; iat?: number }) {
    const { clerkId } = await api.signUp();
    const { exp = 600, nbf = -600, iat = -600 } = times;
    const claims = { exp: now + exp, nbf: now + nbf, iat: now + iat };
    return Object.assign(api.withToken(await api.clerk.mintToken(clerkId, { claims })), { clerkId });
  }

  it('a token is accepted for that long after its exp', async () => {
    await (await withTimes({ exp: 1 - skew })).get('/users/me');
    expect(await (await withTimes({ exp: -skew })).problem('GET', '/users/me')).toBe('401 token_expired');
  });

  it.each(['nbf', 'iat'])('a token is accepted from that long before its %s', async (name) => {
    await (await withTimes({ [name]: skew })).get('/users/me');
    const early = await withTimes({ [name]: skew + 1 });
    expect(await early.problem('GET', '/users/me')).toBe('401 invalid_token');
  });

  it('a token is remembered only while it is accepted', async () => {
    const hits = async () =>
      (await metricOf(api.anonymous.url, 'token_cache_lookups_total{result="hit"}')) ?? NaN;
    const person = await withTimes({ exp: 1 - skew });
    await person.get('/users/me');
    const before = await hits();
    await person.get('/users/me');
    expect(await hits()).toBe(before + 1);
    setClock(now + 1);
    expect(await person.problem('GET', '/users/me')).toBe('401 token_expired');
  });

  it('an ended session is stored while a token of it could be accepted', async () => {
    const ann = await api.join();
    const before = Date.now();
    await api.clerk.deliverWebhook({
      type: 'session.ended',
      data: { id: sessionIdOf(ann.token), user_id: ann.clerkId },
    });
    const { revokedSessions } = (await api.userOf(ann)) as unknown as { revokedSessions: { until: Date }[] };
    const kept = (revokedSessions[0]?.until.getTime() ?? 0) - before;
    // Measured by MongoDB's clock, which is not stopped.
    const longest = (86_400 + 2 * skew) * MS;
    expect(kept).toBeGreaterThan(longest - 60 * MS);
    expect(kept).toBeLessThan(longest + 60 * MS);
  });

  it.each([
    ['waited for', 30, 200],
    ['not waited for', 31, 401],
  ])(
    "an account that Clerk's API doesn't know yet is %s with a token of %i s plus the skew",
    async (_what, age, status) => {
      const person = await withTimes({ iat: -age - skew, exp: 60 });
      let asked = 0;
      proxy.rewrite((path, body) => {
        if (!path.startsWith('/v1/users/') || asked++ > 0) return body;
        return { status: 404, body: '{"errors":[{"code":"resource_not_found","message":"not found"}]}' };
      });
      expect((await person.request('GET', '/users/me')).status).toBe(status);
    },
  );
});

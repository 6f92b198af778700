import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  authFetch,
  type ClerkLike,
  clerkTokenSource,
  getTokenSource,
  type SessionState,
} from '../../src/index.ts';
import { openDevice, openDeviceOfAda } from './people.ts';
import { problem, startService } from './service.ts';

describe('clerkTokenSource', () => {
  it('tells each change of the person once, and the same object until then', async () => {
    const device = await openDevice();
    const states: SessionState[] = [];
    const stop = device.source.subscribe(() => states.push(device.source.getState()));
    expect(device.source.getState()).toEqual({ status: 'loading' });

    await device.load();
    const adaId = await device.signIn('ada');
    const signedIn = device.source.getState();
    await device.source.getToken({ skipCache: true });
    expect(device.source.getState()).toBe(signedIn);
    await device.source.signOut();
    expect(states.filter(({ status }) => status !== 'loading')).toEqual([
      { status: 'signed-out' },
      { status: 'signed-in', userId: adaId, sessionId: expect.stringMatching(/^sess_/) as string },
      { status: 'signed-out' },
    ]);
    expect(await device.source.getToken()).toBeNull();

    stop();
    const told = states.length;
    await device.signIn('ben');
    expect(states).toHaveLength(told);
  });

  it('takes a function for an instance that comes later', async () => {
    const device = await openDeviceOfAda();
    const found: { clerk?: ClerkLike } = {};
    const source = clerkTokenSource(() => found.clerk);
    const told = new Promise<void>((resolve) => void source.subscribe(resolve));
    expect(source.getState()).toEqual({ status: 'loading' });
    expect(await source.getToken()).toBeNull();

    found.clerk = device.clerk;
    await told;
    expect(source.getState()).toMatchObject({ status: 'signed-in', userId: device.adaId });
    expect(await source.getToken()).toBe(await device.source.getToken());
  });

  it("takes the browser's own instance when it is given none", async () => {
    const device = await openDeviceOfAda();
    const source = clerkTokenSource();
    expect(source.getState()).toEqual({ status: 'loading' });

    vi.stubGlobal('Clerk', device.clerk);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(source.getState()).toMatchObject({ status: 'signed-in', userId: device.adaId });
  });

  it('does not keep a process alive that has no Clerk, such as one that renders pages', () => {
    const set = vi.spyOn(globalThis, 'setInterval');
    onTestFinished(() => {
      set.mockRestore();
    });
    const stop = clerkTokenSource(() => undefined).subscribe(() => undefined);
    expect(set.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
    stop();
  });

  it('takes a session with tasks to do for none, and a session in change for loading', () => {
    const session = {
      id: 'sess_1',
      status: 'pending',
      user: { id: 'user_1' },
      getToken: () => Promise.resolve(null),
    };
    const clerk = (changes: object) =>
      clerkTokenSource({
        loaded: true,
        session,
        addListener: () => () => undefined,
        signOut: () => Promise.resolve(),
        ...changes,
      });
    expect(clerk({}).getState()).toEqual({ status: 'signed-out' });
    expect(clerk({ session: undefined }).getState()).toEqual({ status: 'loading' });
    expect(clerk({ loaded: false, session: null }).getState()).toEqual({ status: 'loading' });
    expect(clerk({ session: null }).getState()).toEqual({ status: 'signed-out' });
  });

  it("turns Clerk's offline error into a NetworkError", async () => {
    const device = await openDeviceOfAda();
    device.disconnect('offline');
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
      device.connect();
    });
    const outcome = expect(device.source.getToken({ skipCache: true })).rejects.toMatchObject({
      name: 'NetworkError',
      cause: { code: 'clerk_offline' },
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await outcome;
  });
});

describe('getTokenSource', () => {
  const jwt = (sub: string) =>
    `e30.${Buffer.from(JSON.stringify({ sub, sid: `${sub}'s` })).toString('base64url')}.s`;
  const refusal = { code: 'AUTH_TOKEN_NOT_READY', message: 'AUTH_TOKEN_NOT_READY' };

  it('asks again while it gets null, up to `readyTimeoutMs`', async () => {
    const service = await startService();
    let token: string | null = null;
    let asked = 0;
    const source = getTokenSource(() => {
      asked += 1;
      return Promise.resolve(token);
    });
    const send = authFetch({ baseUrl: service.url, tokenSource: source, readyTimeoutMs: 60_000 });
    const sent = send('/a');
    await vi.waitUntil(() => asked > 1);
    token = jwt('ada');
    expect((await sent).status).toBe(200);

    token = null;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const outcome = expect(send('/a')).rejects.toMatchObject(refusal);
    await vi.advanceTimersByTimeAsync(60_000);
    await outcome;
    expect(service.received).toMatchObject([{ token: jwt('ada') }]);

    await vi.advanceTimersByTimeAsync(1_000);
    const askedWhileWaiting = asked;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(askedWhileWaiting);
  });

  it.each([undefined, ''])('takes %o for no token', async (nothing) => {
    const service = await startService();
    const tokenSource = getTokenSource(() => Promise.resolve(nothing as unknown as string));
    const send = authFetch({ baseUrl: service.url, tokenSource, readyTimeoutMs: 0 });
    await expect(send('/a')).rejects.toMatchObject(refusal);
    expect(service.received).toEqual([]);
  });

  it('sends the first request of the next person, without an event of their sign-in', async () => {
    const service = await startService();
    let person = 'ada';
    const tokenSource = getTokenSource(() => Promise.resolve(jwt(person)));
    const send = authFetch({ baseUrl: service.url, tokenSource });
    await send('/a');
    person = 'ben';
    await Promise.all([send('/a'), send('/a')]);
    expect(service.received.map(({ token }) => token)).toEqual([jwt('ada'), jwt('ben'), jwt('ben')]);
  });

  it('knows by the claims whose the token is', async () => {
    const service = await startService(() => problem(401, 'token_expired'));
    const source = getTokenSource((options) => Promise.resolve(jwt(options?.skipCache ? 'ben' : 'ada')));
    const send = authFetch({ baseUrl: service.url, tokenSource: source });
    await expect(send('/a')).rejects.toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
    expect(service.received).toHaveLength(1);
  });

  it('is the same for the same function, so that the refresh is shared', () => {
    const getToken = () => Promise.resolve('a');
    expect(getTokenSource(getToken)).toBe(getTokenSource(getToken));
  });
});

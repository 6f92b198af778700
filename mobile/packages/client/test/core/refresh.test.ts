import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SessionEnd } from '../../src/index.ts';
import { callers } from './callers.ts';
import { type Device, openDeviceOfAda } from './people.ts';
import { gate, OK, problem, refusing, startService } from './service.ts';

const tokenOf = (device: Device) => device.source.getToken() as Promise<string>;
const tokenFault = (device: Device, fault: object) =>
  device.instance.call('POST', '/_local/faults', { api: 'frontend', path: '/tokens$', ...fault });
const range = (length: number) => Array.from({ length }, (_, index) => index);

describe.each(Object.entries(callers))('after a 401, a request by %s', (_name, caller) => {
  it('is sent once more, with a new token and the same body', async () => {
    const device = await openDeviceOfAda();
    const old = await tokenOf(device);
    const service = await startService(refusing(old));
    const call = caller(service.url, { tokenSource: device.source });

    const json = { note: 'Ærø', nested: { list: [1, '2'] } };
    expect(await call({ method: 'POST', json })).toEqual({ status: 200, body: { ok: true } });
    expect(service.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([json, json]);
    expect(service.received.map(({ token }) => token)).toEqual([old, await tokenOf(device)]);
  });

  it('shares one refresh with requests at the same time', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source });
    const made = device.tokensMade();

    const answers = await Promise.all(range(5).map((n) => call({ method: 'POST', json: { n } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(device.tokensMade() - made).toBe(1);
  });

  it('uses the refresh of a request whose 401 came earlier', async () => {
    const device = await openDeviceOfAda();
    const old = await tokenOf(device);
    const late = gate();
    const service = await startService(async ({ path, token }) => {
      if (path === '/late' && token === old) await late.opened;
      return token === old ? problem(401, 'token_expired') : OK;
    });
    const call = caller(service.url, { tokenSource: device.source });
    const made = device.tokensMade();

    const staggered = range(4).map(() => call({ path: '/late' }));
    await service.receivedCount(4);
    expect(await call()).toMatchObject({ status: 200 });
    late.open();
    expect(await Promise.all(staggered)).toMatchObject(range(4).map(() => ({ status: 200 })));
    expect(device.tokensMade() - made).toBe(1);
  });

  it('is given back when the new token is refused as well', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(() => problem(401, 'invalid_token'));
    const call = caller(service.url, { tokenSource: device.source });

    expect(await call()).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(service.received).toHaveLength(2);
    expect(device.source.getState().status).toBe('signed-in');
  });

  it('is sent once more only, also when another request has renewed the token', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(async () => {
      // Clerk's own refresh in the background, say.
      await device.clerk.session?.getToken({ skipCache: true });
      return problem(401, 'token_expired');
    });
    const call = caller(service.url, { tokenSource: device.source });
    expect(await call()).toMatchObject({ status: 401 });
    expect(service.received).toHaveLength(2);
  });

  it('asks Clerk for no more tokens while the service refuses even new ones', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(() => problem(401, 'invalid_token'));
    const call = caller(service.url, { tokenSource: device.source });
    const made = device.tokensMade();

    const burst = async () => {
      const answers = await Promise.all(range(50).map(() => call()));
      expect(answers.every(({ status }) => status === 401)).toBe(true);
    };
    await burst();
    // Those whose 401 comes after the refusal of the new token are not even sent once more.
    const sent = service.received.length;
    expect(sent).toBeLessThanOrEqual(100);
    await burst();
    for (const _ of range(10)) await call();
    expect(service.received).toHaveLength(sent + 60);
    expect(device.tokensMade() - made).toBe(1);

    // The service has recovered, and a token that it accepted expires.
    service.answer = () => OK;
    await call();
    service.answer = refusing(await tokenOf(device));
    expect(await call()).toMatchObject({ status: 200 });
    expect(device.tokensMade() - made).toBe(2);
  });

  it('asks Clerk for a new token again half a minute after the service refused a new one', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(() => problem(401, 'invalid_token'));
    const call = caller(service.url, { tokenSource: device.source });
    await call();
    const made = device.tokensMade();

    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + 29_000);
    await call();
    expect(device.tokensMade()).toBe(made);
    vi.setSystemTime(Date.now() + 1_001);
    await call();
    expect(device.tokensMade()).toBeGreaterThan(made);
  });

  it('is AUTH_TOKEN_TIMEOUT when Clerk never answers, and the next one starts anew', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source, tokenTimeoutMs: 100 });
    await tokenFault(device, { mode: 'hang', count: 1 });

    const calls = await Promise.allSettled(range(3).map(() => call()));
    const reason = { name: 'AuthError', message: 'AUTH_TOKEN_TIMEOUT', code: 'AUTH_TOKEN_TIMEOUT' };
    expect(calls).toMatchObject([{ reason }, { reason }, { reason }]);
    expect(device.source.getState().status).toBe('signed-in');
    expect(await call()).toMatchObject({ status: 200 });
  });

  it('is a NetworkError when Clerk cannot be reached, and the session goes on', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    // Clerk itself tries for 15 s before it says so.
    const call = caller(service.url, { tokenSource: device.source, tokenTimeoutMs: 100 });
    device.disconnect('offline');
    await expect(call()).rejects.toMatchObject({ name: 'NetworkError' });
    expect(device.source.getState().status).toBe('signed-in');
    device.connect();
    expect(await call()).toMatchObject({ status: 200 });
  });

  it('is AUTH_TOKEN_FAILED when Clerk refuses a token', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source });
    await tokenFault(device, { mode: 'status', status: 404 });

    await expect(call()).rejects.toMatchObject({ code: 'AUTH_TOKEN_FAILED', cause: { status: 404 } });
    expect(device.source.getState().status).toBe('signed-in');
  });

  it('is not sent again when another person has signed in meanwhile', async () => {
    const device = await openDeviceOfAda();
    const switched = gate();
    const service = await startService(async () => {
      await switched.opened;
      return problem(401, 'token_expired');
    });
    const call = caller(service.url, { tokenSource: device.source });

    const called = call({ method: 'POST', json: { note: "Ada's" } });
    const outcome = expect(called).rejects.toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
    await service.receivedCount(1);
    await device.signIn('ben');
    switched.open();
    await outcome;
    expect(service.received).toHaveLength(1);
  });

  it('is not sent again when another person signs in during the refresh', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source, tokenTimeoutMs: 1_000 });
    await tokenFault(device, { mode: 'hang', count: 1 });
    const made = device.tokensMade();

    const outcome = expect(call()).rejects.toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
    await vi.waitUntil(() => device.tokensMade() > made);
    await device.signIn('ben');
    await outcome;
    expect(service.received).toHaveLength(1);
  });

  it('is AUTH_SESSION_CHANGED when Clerk says that the session is over', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source });
    await device.instance.call('POST', `/v1/sessions/${String(device.clerk.session?.id)}/revoke`);

    await expect(call()).rejects.toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
    expect(service.received).toHaveLength(1);
    expect(device.source.getState()).toEqual({ status: 'signed-out' });
  });

  it.each(['account_deleted', 'session_revoked'] as const)(
    'is not sent again for %s: it signs out',
    async (code) => {
      const device = await openDeviceOfAda();
      const service = await startService(() => problem(401, code));
      const ends: SessionEnd[] = [];
      const signedOut = new Promise<void>((resolve) => {
        device.source.subscribe(() => {
          if (device.source.getState().status === 'signed-out') resolve();
        });
      });
      const onSessionEnded = (end: SessionEnd) => void ends.push(end);
      const call = caller(service.url, { tokenSource: device.source, onSessionEnded });
      const made = device.tokensMade();

      const answers = await Promise.all(range(5).map(() => call()));
      expect(answers).toMatchObject(range(5).map(() => ({ status: 401, body: { code } })));
      await signedOut;
      expect(ends).toEqual([{ code, userId: device.adaId }]);
      expect(service.received).toHaveLength(5);
      expect(device.tokensMade()).toBe(made);
    },
  );

  it('is not sent again for account_suspended, a 403: it says so, and the session goes on', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(() => problem(403, 'account_suspended'));
    const ends: SessionEnd[] = [];
    const onSessionEnded = (end: SessionEnd) => void ends.push(end);
    const call = caller(service.url, { tokenSource: device.source, onSessionEnded });

    expect(await call()).toMatchObject({ status: 403, body: { code: 'account_suspended' } });
    expect(await call()).toMatchObject({ status: 403 });
    expect(ends).toEqual([{ code: 'account_suspended', userId: device.adaId }]);
    expect(service.received).toHaveLength(2);
    expect(device.source.getState().status).toBe('signed-in');
  });

  it('ends no session for the refusal of a former one, and says nothing', async () => {
    const device = await openDeviceOfAda();
    const switched = gate();
    const service = await startService(async () => {
      await switched.opened;
      return problem(401, 'account_deleted');
    });
    const onSessionEnded = vi.fn();
    const call = caller(service.url, { tokenSource: device.source, onSessionEnded });

    const called = call();
    await service.receivedCount(1);
    const userId = await device.signIn('ben');
    switched.open();
    expect(await called).toMatchObject({ status: 401 });
    expect(device.source.getState()).toMatchObject({ status: 'signed-in', userId });
    expect(onSessionEnded).not.toHaveBeenCalled();
  });

  it('is sent once more for a 401 that is not the service’s, and ends no session', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(() => ({ status: 401, text: 'Who are you?' }));
    const call = caller(service.url, { tokenSource: device.source });

    expect(await call()).toMatchObject({ status: 401, body: 'Who are you?' });
    expect(service.received).toHaveLength(2);
    expect(device.source.getState().status).toBe('signed-in');
  });

  it('ends at once when it is aborted during the refresh, and others get their token', async () => {
    const device = await openDeviceOfAda();
    const service = await startService(refusing(await tokenOf(device)));
    const call = caller(service.url, { tokenSource: device.source });
    await tokenFault(device, { mode: 'slow', delayMs: 300, count: 1 });
    const made = device.tokensMade();

    const controller = new AbortController();
    const aborted = expect(call({ signal: controller.signal })).rejects.toThrow(/abort|cancel/i);
    const other = call();
    await vi.waitUntil(() => device.tokensMade() > made);
    controller.abort();
    await aborted;
    expect(await other).toMatchObject({ status: 200 });
    expect(service.received).toHaveLength(3);
  });
});

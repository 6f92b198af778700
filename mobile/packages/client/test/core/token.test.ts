import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AuthError, authFetch } from '../../src/index.ts';
import { callers } from './callers.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { openDevice, openDeviceOfAda } from './people.ts';
import { startService } from './service.ts';

const NOT_READY = { message: 'AUTH_TOKEN_NOT_READY', code: 'AUTH_TOKEN_NOT_READY' };
const REQUIRED = { message: 'AUTH_REQUIRED', code: 'AUTH_REQUIRED' };

describe.each(Object.entries(callers))('the token of a request by %s', (_name, caller) => {
  it('is sent as Bearer', async () => {
    const [device, service] = [await openDeviceOfAda(), await startService()];
    const call = caller(service.url, { tokenSource: device.source });

    expect(await call()).toEqual({ status: 200, body: { ok: true } });
    expect(service.received[0]?.headers.authorization).toBe(
      `Bearer ${await device.clerk.session?.getToken()}`,
    );
  });

  it('is waited for while Clerk loads', async () => {
    const [device, service] = [await openDevice(), await startService()];
    const call = caller(service.url, { tokenSource: device.source, readyTimeoutMs: 60_000 });
    const calls = [call(), call({ method: 'POST', json: { a: 1 } })];

    await device.load();
    // They waited for loading, which ended without a session.
    await expect(Promise.allSettled(calls)).resolves.toMatchObject([
      { reason: REQUIRED },
      { reason: REQUIRED },
    ]);
    expect(service.received).toEqual([]);
  });

  it('is sent as soon as Clerk has loaded a session', async () => {
    const [known, service] = [await openDeviceOfAda(), await startService()];
    const device = known.reopen();
    const call = caller(service.url, { tokenSource: device.source, readyTimeoutMs: 60_000 });
    const called = call();
    await device.load();

    expect(await called).toMatchObject({ status: 200 });
    expect(service.received).toMatchObject([{ token: expect.any(String) as string }]);
  });

  it('is AUTH_TOKEN_NOT_READY when Clerk does not load in time', async () => {
    const [device, service] = [await openDevice(), await startService()];
    const call = caller(service.url, { tokenSource: device.source, readyTimeoutMs: 20 });

    await expect(call()).rejects.toMatchObject(NOT_READY);
    await expect(call()).rejects.toBeInstanceOf(Error);
    expect(service.received).toEqual([]);
  });

  it('is AUTH_REQUIRED for a guest', async () => {
    const [device, service] = [await openDevice(), await startService()];
    await device.load();
    const call = caller(service.url, { tokenSource: device.source });

    await expect(call()).rejects.toMatchObject(REQUIRED);
    expect(service.received).toEqual([]);
  });

  it('is sent with `optional` when a person is signed in, never with `none`', async () => {
    const [device, service] = [await openDevice(), await startService()];
    const call = caller(service.url, { tokenSource: device.source, readyTimeoutMs: 20 });

    await call({ auth: 'optional' }); // While Clerk loads.
    await call({ auth: 'none' });
    await device.load();
    await call({ auth: 'optional' });
    await device.signIn('ada');
    await call({ auth: 'optional' });
    await call({ auth: 'none' });
    expect(service.received.map(({ token }) => token !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });
});

describe('the deadlines', () => {
  async function timeOf(tokenSource: HandMadeSource): Promise<[code: string, ms: number]> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const start = Date.now();
    const sent = authFetch({ baseUrl: 'http://127.0.0.1:9', tokenSource })('/a').then(
      () => ['sent', 0] as [string, number],
      (error: unknown) =>
        [error instanceof AuthError ? error.code : 'none', Date.now() - start] as [string, number],
    );
    await vi.advanceTimersByTimeAsync(60_000);
    return sent;
  }

  it('are 2 s for Clerk to load', async () => {
    expect(await timeOf(new HandMadeSource())).toEqual(['AUTH_TOKEN_NOT_READY', 2_000]);
  });

  it('are 10 s for a token', async () => {
    const source = new HandMadeSource('ada');
    source.getToken = () => new Promise(() => undefined);
    expect(await timeOf(source)).toEqual(['AUTH_TOKEN_TIMEOUT', 10_000]);
  });
});

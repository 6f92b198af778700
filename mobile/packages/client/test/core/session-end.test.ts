import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { authFetch, type SessionEnd } from '../../src/index.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { problem, startService } from './service.ts';

describe('the end of a session', () => {
  it('is said before the sign-out', async () => {
    const service = await startService(() => problem(401, 'account_deleted'));
    const tokenSource = new HandMadeSource('ada');
    const events: string[] = [];
    tokenSource.subscribe(() => events.push(tokenSource.getState().status));
    const onSessionEnded = ({ code }: SessionEnd) => void events.push(code);
    await authFetch({ baseUrl: service.url, tokenSource, onSessionEnded })('/a');
    expect(events).toEqual(['account_deleted', 'signed-out']);
  });

  it('is said once, and the sign-out tried again, when it failed', async () => {
    const service = await startService(() => problem(401, 'session_revoked'));
    const tokenSource = new HandMadeSource('ada');
    const { signOut } = tokenSource;
    tokenSource.signOut = () => Promise.reject(new TypeError('offline'));
    const onSessionEnded = vi.fn();
    const send = authFetch({ baseUrl: service.url, tokenSource, onSessionEnded });
    await send('/a');
    expect(tokenSource.getState().status).toBe('signed-in');
    tokenSource.signOut = signOut;
    await send('/a');
    expect(tokenSource.getState().status).toBe('signed-out');
    expect(onSessionEnded).toHaveBeenCalledOnce();
  });

  it('costs no answer when the callback throws', async () => {
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    onTestFinished(() => {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    });
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
    const service = await startService(() => problem(403, 'account_suspended'));
    const onSessionEnded = () => {
      throw new Error('The app is wrong');
    };
    const send = authFetch({ baseUrl: service.url, tokenSource: new HandMadeSource('ada'), onSessionEnded });
    expect((await send('/a')).status).toBe(403);
    expect(await unhandled).toEqual(new Error('The app is wrong'));
  });

  it.each([
    [403, 'account_deleted'],
    [403, 'forbidden'],
    [404, 'account_deleted'],
    [200, 'session_revoked'],
  ])('is not a %d %s of another meaning', async (status, code) => {
    const service = await startService(() => problem(status, code));
    const tokenSource = new HandMadeSource('ada');
    const onSessionEnded = vi.fn();
    const response = await authFetch({ baseUrl: service.url, tokenSource, onSessionEnded })('/a');
    expect(response.status).toBe(status);
    expect(onSessionEnded).not.toHaveBeenCalled();
    expect(tokenSource.getState().status).toBe('signed-in');
  });
});

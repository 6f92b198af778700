import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type KeyValueStorage, memoryStorage } from '../../src/index.ts';
import { callers } from './callers.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { OK, problem, type ReceivedRequest, startService } from './service.ts';

const CREATED = { 'x-user-created': 'true' };
const created = () => ({ status: 200, json: {}, headers: CREATED });

/** An app at each of its starts: the storage is the device's. */
function start(
  url: string,
  storage: KeyValueStorage,
  onFirstSignIn: () => void | Promise<void>,
  userId = 'ada',
) {
  const tokenSource = new HandMadeSource(userId);
  const welcomed = vi.fn<(person: { userId: string }) => void | Promise<void>>(onFirstSignIn);
  const call = callers.fetch?.(url, { tokenSource, storage, onFirstSignIn: welcomed });
  if (!call) throw new Error('no caller');
  return { call, welcomed, tokenSource };
}

async function done(storage: KeyValueStorage, userId: string): Promise<void> {
  await vi.waitUntil(() => {
    const states = storage.getItem('roavelo.first-sign-in') as string | null;
    return states?.includes(`"${userId}":"done"`);
  });
}

describe.each(Object.entries(callers))('onFirstSignIn by %s', (_name, caller) => {
  it('runs once, for answers at the same time and for errors', async () => {
    const service = await startService(({ path }: ReceivedRequest) =>
      path === '/error' ? problem(404, 'not_found', CREATED) : created(),
    );
    const onFirstSignIn = vi.fn();
    const call = caller(service.url, { tokenSource: new HandMadeSource('ada'), onFirstSignIn });

    await call({ path: '/error' });
    await vi.waitUntil(() => onFirstSignIn.mock.calls.length > 0);
    await Promise.all([call(), call(), call({ method: 'POST', json: {} })]);
    expect(onFirstSignIn.mock.calls).toEqual([[{ userId: 'ada' }]]);
  });
});

describe('onFirstSignIn', () => {
  it('runs not at all without the header, with another value, or for a request without a token', async () => {
    const service = await startService();
    const { call, welcomed } = start(service.url, memoryStorage(), () => undefined);
    await call();
    service.answer = () => ({ status: 200, json: {}, headers: { 'x-user-created': 'false' } });
    await call();
    service.answer = created;
    await call({ auth: 'none' });
    expect(welcomed).not.toHaveBeenCalled();
  });

  it('runs once for each person', async () => {
    const service = await startService(created);
    const storage = memoryStorage();
    const { call, welcomed, tokenSource } = start(service.url, storage, () => undefined);
    await call();
    await done(storage, 'ada');
    tokenSource.signIn('ben');
    await call();
    await done(storage, 'ben');
    tokenSource.signIn('ada');
    await call();
    expect(welcomed.mock.calls).toEqual([[{ userId: 'ada' }], [{ userId: 'ben' }]]);
  });

  it('does not run again after a restart', async () => {
    const service = await startService(created);
    const storage = memoryStorage();
    const before = start(service.url, storage, () => undefined);
    await before.call();
    await done(storage, 'ada');

    const after = start(service.url, storage, () => undefined);
    await after.call();
    await after.call();
    expect(after.welcomed).not.toHaveBeenCalled();
  });

  it('runs again when the app ended before the handler did, for the same person only', async () => {
    const service = await startService(created);
    const storage = memoryStorage();
    const before = start(service.url, storage, () => new Promise(() => undefined));
    await before.call();
    await vi.waitUntil(() => before.welcomed.mock.calls.length > 0);

    // The service does not say it again.
    service.answer = () => OK;
    const other = start(service.url, storage, () => undefined, 'ben');
    await other.call();
    const after = start(service.url, storage, () => undefined);
    await after.call();
    await done(storage, 'ada');
    expect(after.welcomed.mock.calls).toEqual([[{ userId: 'ada' }]]);
    expect(other.welcomed).not.toHaveBeenCalled();
  });

  it('runs again at the next start after it failed, and its error costs no request', async () => {
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    onTestFinished(() => {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    });
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
    const service = await startService(created);
    const storage = memoryStorage();
    const before = start(service.url, storage, () => Promise.reject(new Error('The app is wrong')));
    expect(await before.call()).toMatchObject({ status: 200 });
    expect(await unhandled).toEqual(new Error('The app is wrong'));

    const after = start(service.url, storage, () => undefined);
    await after.call();
    await vi.waitUntil(() => after.welcomed.mock.calls.length > 0);
  });

  it.each(['nonsense', 'null', '[]', '{"ada":1}'])('runs with %s in the storage', async (text) => {
    const service = await startService(created);
    const storage = memoryStorage();
    await storage.setItem('roavelo.first-sign-in', text);
    const { call, welcomed } = start(service.url, storage, () => undefined);
    await call();
    await done(storage, 'ada');
    expect(welcomed).toHaveBeenCalledOnce();
  });

  it.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('The disk is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The disk is full')) as never],
  ])('runs once in this process with a storage that %s', async (_name, fail) => {
    const service = await startService(created);
    const storage = { getItem: fail, setItem: fail, removeItem: fail };
    const { call, welcomed } = start(service.url, storage, () => undefined);
    await Promise.all([call(), call()]);
    await vi.waitUntil(() => welcomed.mock.calls.length > 0);
    await call();
    expect(welcomed).toHaveBeenCalledOnce();
  });
});

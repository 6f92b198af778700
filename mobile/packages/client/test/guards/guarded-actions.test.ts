// @vitest-environment jsdom
import { beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { ActionCancelledError, type KeyValueStorage, memoryStorage } from '../../src/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { load, openDevice, stored } from './device.ts';

let instance: ClerkInstance;
beforeEach(async () => {
  instance = await newInstance(inject('clerkUrl'));
});

/** Why an action was cancelled; undefined when it was not. */
async function cancellation(action: Promise<unknown>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    if (error instanceof ActionCancelledError) return error.reason;
    throw error;
  }
}

describe('a signed-in person', () => {
  it('runs the action at once, without a sheet', async () => {
    const device = await openDevice(instance);
    await device.signIn('ada');
    const run = vi.fn(() => 'done');

    const result = device.roavelo.actions.guardedAction('ADD_WISHLIST', run);
    expect(run).toHaveBeenCalledOnce();
    expect(await result).toBe('done');
    expect(device.sheets).toEqual([]);
  });

  it('gets what the action throws, and what it gives for a payload', async () => {
    const { roavelo, signIn } = await openDevice(instance, {
      handlers: { FOLLOW: ({ userId }: { userId: string }) => `followed ${userId}` },
    });
    await signIn('ada');
    const failing = () => {
      throw new Error('no luck');
    };
    await expect(roavelo.actions.guardedAction('FAIL', failing)).rejects.toThrow('no luck');
    expect(await roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' })).toBe('followed u1');
    const unfollow = ({ userId }: { userId: string }) => `unfollowed ${userId}`;
    expect(await roavelo.actions.guardedAction('UNFOLLOW', { userId: 'u1' }, unfollow)).toBe('unfollowed u1');
  });
});

describe('a guest', () => {
  it('sees the sheet, and the action runs once when the sheet has closed after the sign-in', async () => {
    const device = await openDevice(instance, { sheetTimeoutMs: 60_000 });
    const { actions } = device.roavelo;
    const run = vi.fn(() => 'done');
    const result = actions.guardedAction('ADD_WISHLIST', run);
    expect(device.sheets).toEqual(['ADD_WISHLIST']);
    expect(actions.getSheetAction()).toBe('ADD_WISHLIST');
    expect(actions.getPending()).toEqual([{ type: 'ADD_WISHLIST' }]);

    await device.signIn('ada');
    expect(actions.getSheetAction()).toBeNull();
    await device.storage.getItem('anything');
    expect(run).not.toHaveBeenCalled();

    actions.loginSheetClosed();
    expect(await result).toBe('done');
    expect(actions.getPending()).toEqual([]);
    await device.signOut();
    await device.signIn('ada');
    actions.loginSheetClosed();
    expect(run).toHaveBeenCalledOnce();
  });

  it('needs no report of the closing when showLoginSheet gives a promise', async () => {
    let close: () => void = () => undefined;
    const showLoginSheet = () => new Promise<void>((resolve) => (close = resolve));
    const device = await openDevice(instance, { showLoginSheet, sheetTimeoutMs: 0 });
    const run = vi.fn();
    const result = device.roavelo.actions.guardedAction('FOLLOW', run);
    await device.signIn('ada');
    await new Promise((resolve) => setTimeout(resolve));
    expect(run).not.toHaveBeenCalled();
    close();
    await result;
    expect(run).toHaveBeenCalledOnce();
  });

  it('is not left waiting by a sheet that never reports', async () => {
    const device = await openDevice(instance, { sheetTimeoutMs: 20 });
    const result = device.roavelo.actions.guardedAction('FOLLOW', () => 'done');
    await device.signIn('ada');
    expect(await result).toBe('done');
  });

  it('cancels by dismissing the sheet; a later sign-in does not run it', async () => {
    const device = await openDevice(instance, { handlers: { FOLLOW: () => undefined } });
    const { actions } = device.roavelo;
    const run = vi.fn();
    const bare = actions.guardedAction('ADD_WISHLIST', run);
    const stored = actions.guardedAction('FOLLOW', { userId: 'u1' }, run);
    actions.loginSheetClosed();
    await expect(bare).rejects.toMatchObject({
      code: 'cancelled',
      reason: 'dismissed',
      action: 'ADD_WISHLIST',
    });
    expect(await cancellation(stored)).toBe('dismissed');

    const again = actions.guardedAction('OTHER', () => 'done');
    expect(device.sheets).toEqual(['ADD_WISHLIST', 'FOLLOW', 'OTHER']);
    await device.signInBySheet('ada');
    expect(await again).toBe('done');
    const restarted = await device.restart({ handlers: { FOLLOW: run } });
    await restarted.roavelo.actions.guardedAction('AFTER', () => undefined);
    expect(run).not.toHaveBeenCalled();
  });

  it('may close the sheet after a sign-in that Clerk has not told yet', async () => {
    const device = await openDevice(instance);
    const result = device.roavelo.actions.guardedAction('FOLLOW', () => 'done');
    device.roavelo.actions.loginSheetClosed({ signedIn: true });
    await device.signIn('ada');
    expect(await result).toBe('done');
  });

  it('may ignore the promise: a cancelled action is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const { actions } = (await openDevice(instance)).roavelo;
    void actions.guardedAction('ADD_WISHLIST', () => undefined);
    void actions.guardedAction('FOLLOW', { userId: 'u1' }, () => undefined);
    actions.loginSheetClosed();
    await new Promise((resolve) => setTimeout(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('cancels by letting it expire', async () => {
    const device = await openDevice(instance, { expiresAfterMs: 30 });
    const run = vi.fn();
    expect(await cancellation(device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, run))).toBe(
      'expired',
    );
    await device.signInBySheet('ada');
    const restarted = await device.restart({ handlers: { FOLLOW: run } });
    await restarted.roavelo.actions.guardedAction('AFTER', () => undefined);
    expect(run).not.toHaveBeenCalled();
  });

  it('taps several things while the sheet is open: it opens once, and all of them run in their order', async () => {
    let close: () => void = () => undefined;
    const showLoginSheet = vi.fn((_action: string) => new Promise<void>((resolve) => (close = resolve)));
    const device = await openDevice(instance, { showLoginSheet });
    const { actions } = device.roavelo;
    const ran: string[] = [];
    const results = [
      actions.guardedAction('ADD_WISHLIST', () => ran.push('JP')),
      actions.guardedAction('ADD_WISHLIST', () => {
        throw new Error('no luck');
      }),
      actions.guardedAction('FOLLOW', { userId: 'u1' }, ({ userId }) => ran.push(userId)),
      actions.guardedAction('ADD_WISHLIST', () => ran.push('PE')),
    ];
    await device.signIn('ada');
    close();
    const settled = await Promise.allSettled(results);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(ran).toEqual(['JP', 'u1', 'PE']);
    expect(showLoginSheet).toHaveBeenCalledExactlyOnceWith('ADD_WISHLIST');
  });

  it('sees the sheet again after a dismissal that it did not report', async () => {
    const device = await openDevice(instance);
    const { guardedAction } = device.roavelo.actions;
    const results = [guardedAction('FOLLOW', () => 'one'), guardedAction('BLOCK', () => 'two')];
    expect(device.sheets).toEqual(['FOLLOW', 'BLOCK']);
    await device.signInBySheet('ada');
    expect(await Promise.all(results)).toEqual(['one', 'two']);
  });

  it('is not held up by an action that never ends', async () => {
    const device = await openDevice(instance);
    const { actions } = device.roavelo;
    void actions.guardedAction('HANG', () => new Promise(() => undefined));
    const next = actions.guardedAction('FOLLOW', () => 'done');
    await device.signInBySheet('ada');
    expect(await next).toBe('done');
  });

  it('taps the same thing twice: it runs once, and both know the result', async () => {
    const device = await openDevice(instance);
    const run = vi.fn(() => 'done');
    const { guardedAction } = device.roavelo.actions;
    const results = [
      guardedAction('FOLLOW', { userId: 'u1' }, run),
      guardedAction('FOLLOW', { userId: 'u1' }, run),
    ];
    await device.signInBySheet('ada');
    expect(await Promise.all(results)).toEqual(['done', 'done']);
    expect(run).toHaveBeenCalledOnce();
  });

  it('taps while Clerk loads: the sheet opens once Clerk knows that it is a guest', async () => {
    const device = await openDevice(instance, { isLoading: true });
    const result = device.roavelo.actions.guardedAction('FOLLOW', () => 'done');
    expect(device.sheets).toEqual([]);
    await load(device.app);
    await vi.waitFor(() => {
      expect(device.sheets).toEqual(['FOLLOW']);
    });
    await device.signInBySheet('ada');
    expect(await result).toBe('done');
  });

  it('runs a local action at once, and is asked to sign in as well', async () => {
    const device = await openDevice(instance, { localActions: ['ADD_WISHLIST'] });
    const run = vi.fn(() => 'kept');
    expect(await device.roavelo.actions.guardedAction('ADD_WISHLIST', run)).toBe('kept');
    expect(device.sheets).toEqual(['ADD_WISHLIST']);
    device.roavelo.actions.loginSheetClosed();
    await device.signIn('ada');
    expect(run).toHaveBeenCalledOnce();
  });

  it('runs a local action while Clerk loads, and is asked to sign in once Clerk has no session', async () => {
    const device = await openDevice(instance, { localActions: ['ADD_WISHLIST'], isLoading: true });
    const { guardedAction } = device.roavelo.actions;
    expect(await guardedAction('ADD_WISHLIST', () => 'kept')).toBe('kept');
    expect(await guardedAction('ADD_WISHLIST', () => 'kept, too')).toBe('kept, too');
    expect(device.sheets).toEqual([]);
    await load(device.app);
    await vi.waitFor(() => {
      expect(device.sheets).toEqual(['ADD_WISHLIST']);
    });
  });

  it('opens the sheet by hand while Clerk loads: as soon as Clerk has no session', async () => {
    const device = await openDevice(instance, { isLoading: true });
    device.roavelo.actions.requestSignIn('PROFILE');
    await load(device.app);
    await vi.waitFor(() => {
      expect(device.sheets).toEqual(['PROFILE']);
    });
  });

  it('gets the error of a sheet that cannot open', async () => {
    const showLoginSheet = () => {
      throw new Error('no navigator');
    };
    const device = await openDevice(instance, { showLoginSheet });
    await expect(device.roavelo.actions.guardedAction('FOLLOW', vi.fn())).rejects.toThrow('no navigator');
    expect(device.roavelo.actions.getPending()).toEqual([]);
  });
});

it('runs at once what is tapped while Clerk loads the session of a person', async () => {
  const device = await openDevice(instance);
  await device.signIn('ada');
  const restarted = await device.restart({ isLoading: true } as never);
  const result = restarted.roavelo.actions.guardedAction('FOLLOW', () => 'done');
  restarted.roavelo.actions.requestSignIn('PROFILE');
  await load(restarted.app);
  expect(await result).toBe('done');
  expect(restarted.sheets).toEqual([]);
});

it('knows by its types what JSON gives back as it was', async () => {
  const { guardedAction } = (await openDevice(instance)).roavelo.actions;
  interface Visit {
    countryCode: string;
    note?: string;
  }
  const visit: Visit = { countryCode: 'JP' };
  void guardedAction('VISIT', visit, ({ note = '' }) => note.length);
  // @ts-expect-error a date would be a text after a restart
  void guardedAction('VISIT', { at: new Date() }, ({ at }) => at.getTime());
});

it('refuses a payload that JSON cannot hold, and an action that nothing can run', async () => {
  const { actions } = (await openDevice(instance)).roavelo;
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  await expect(actions.guardedAction('FOLLOW', cycle as never, vi.fn())).rejects.toThrow(/payload of FOLLOW/);
  await expect(actions.guardedAction('FOLLOW', { userId: 'u1' })).rejects.toThrow(/no handler/);
});

describe('after a restart', () => {
  it('runs a payload by its handler, once; a bare callback is lost', async () => {
    const device = await openDevice(instance);
    const bare = vi.fn();
    void device.roavelo.actions.guardedAction('ADD_WISHLIST', bare);
    void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
    await stored(device, 'u1');
    const follow = vi.fn();
    const restarted = await device.restart({ handlers: { FOLLOW: follow } });
    await vi.waitFor(() => {
      expect(restarted.roavelo.actions.getPending()).toEqual([{ type: 'FOLLOW', payload: { userId: 'u1' } }]);
    });
    await restarted.signIn('ada');
    await vi.waitFor(() => {
      expect(follow).toHaveBeenCalledExactlyOnceWith({ userId: 'u1' });
    });
    expect(bare).not.toHaveBeenCalled();
    const third = await restarted.restart();
    await third.roavelo.actions.guardedAction('AFTER', () => undefined);
    expect(follow).toHaveBeenCalledOnce();
  });

  it('waits for a handler that is registered later, and tells what it throws', async () => {
    const device = await openDevice(instance);
    void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
    await stored(device, 'u1');
    const onActionFailed = vi.fn();
    const restarted = await device.restart({ onActionFailed });
    await restarted.signIn('ada');
    const error = new Error('no luck');
    restarted.roavelo.actions.handle('FOLLOW', () => {
      throw error;
    });
    await vi.waitFor(() => {
      expect(onActionFailed).toHaveBeenCalledExactlyOnceWith(error, {
        type: 'FOLLOW',
        payload: { userId: 'u1' },
      });
    });
  });

  it('leaves what has expired', async () => {
    const device = await openDevice(instance, { expiresAfterMs: 60_000 });
    void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
    await stored(device, 'u1');
    const follow = vi.fn();
    const restarted = await device.restart({ handlers: { FOLLOW: follow }, expiresAfterMs: -1 });
    await restarted.signIn('ada');
    await restarted.roavelo.actions.guardedAction('AFTER', () => undefined);
    await stored(device, 'u1', false);
    expect(follow).not.toHaveBeenCalled();
  });
});

it('after a restart, what expires before the sign-in does not run', async () => {
  const device = await openDevice(instance);
  void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
  await stored(device, 'u1');
  const ran: string[] = [];
  const handlers = { FOLLOW: () => ran.push('FOLLOW'), BLOCK: () => ran.push('BLOCK') };
  const restarted = await device.restart({ handlers });
  await vi.waitFor(() => {
    expect(restarted.roavelo.actions.getPending()).toHaveLength(1);
  });
  // Eleven minutes later, by the clock of the device only.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 660_000 });
  onTestFinished(() => void vi.useRealTimers());
  const later = restarted.roavelo.actions.guardedAction('BLOCK', { userId: 'u1' });
  await restarted.signInBySheet('ada');
  await later;
  expect(ran).toEqual(['BLOCK']);
});

describe('another person', () => {
  it('does not run what a guest asked for after Ada', async () => {
    const device = await openDevice(instance);
    await device.signIn('ada');
    await device.signOut();
    const run = vi.fn();
    const { guardedAction } = device.roavelo.actions;
    const results = [guardedAction('ADD_WISHLIST', run), guardedAction('FOLLOW', { userId: 'u1' }, run)];
    await device.signInBySheet('ben');
    expect(await Promise.all(results.map(cancellation))).toEqual(['other_user', 'other_user']);
    expect(run).not.toHaveBeenCalled();
  });

  it('does not run it after a restart; Ada does', async () => {
    const device = await openDevice(instance);
    const adaId = await device.signIn('ada');
    await device.signOut();
    void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
    await stored(device, 'u1');
    const follow = vi.fn(() => restarted.app.clerk.user?.id);
    const restarted = await device.restart({ handlers: { FOLLOW: follow } });
    const benId = await restarted.signIn('ben');
    await stored(restarted, benId);
    await new Promise((resolve) => setTimeout(resolve));
    await restarted.signOut();
    await restarted.signIn('ada');
    await vi.waitFor(() => {
      expect(follow).toHaveBeenCalledOnce();
    });
    expect(follow).toHaveReturnedWith(adaId);
  });

  it('does not cost Ada an action when her session ends while it is taken from the storage', async () => {
    const storage = memoryStorage();
    const device = await openDevice(instance, { storage });
    void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
    await stored(device, 'u1');
    let claims = 0;
    const setItem = async (key: string, value: string) => {
      if (!value.includes('u1') && ++claims === 1) await restarted.signOut();
      await storage.setItem(key, value);
    };
    const follow = vi.fn();
    const restarted = await device.restart({
      storage: { ...storage, setItem },
      handlers: { FOLLOW: follow },
    });
    await restarted.signIn('ada');
    await vi.waitFor(() => {
      expect(claims).toBe(1);
    });
    await stored(restarted, 'u1');
    expect(follow).not.toHaveBeenCalled();
    await restarted.signIn('ada');
    await vi.waitFor(() => {
      expect(follow).toHaveBeenCalledOnce();
    });
  });

  it('does not run what waits for a sheet to close after the first sign-in', async () => {
    const device = await openDevice(instance, { sheetTimeoutMs: 60_000 });
    const run = vi.fn();
    const result = device.roavelo.actions.guardedAction('FOLLOW', run);
    const adaId = await device.signIn('ada');
    await stored(device, adaId);
    await device.signInBySheet('ben');
    expect(await cancellation(result)).toBe('other_user');
    expect(run).not.toHaveBeenCalled();
  });
});

it('runs once when it is tapped again after a restart', async () => {
  const device = await openDevice(instance);
  void device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, vi.fn());
  await stored(device, 'u1');
  const run = vi.fn(({ userId }: { userId: string }) => userId);
  const { roavelo, signInBySheet } = await device.restart({ handlers: { FOLLOW: run } });
  const again = roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' });
  const other = roavelo.actions.guardedAction('FOLLOW', { userId: 'u2' });
  await signInBySheet('ada');
  expect(await Promise.all([again, other])).toEqual(['u1', 'u2']);
  expect(run).toHaveBeenCalledTimes(2);
});

it('runs though a listener throws, and so do the other listeners', async () => {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  });
  const device = await openDevice(instance);
  const { actions } = device.roavelo;
  const thrown = new Error('The app is wrong');
  const throwing = vi.fn(() => {
    throw thrown;
  });
  const stop = actions.subscribe(throwing);
  const listener = vi.fn();
  actions.subscribe(listener);
  const result = actions.guardedAction('FOLLOW', () => 'done');
  expect(listener).toHaveBeenCalled();
  await device.signInBySheet('ada');
  expect(await result).toBe('done');
  stop();
  await vi.waitFor(() => {
    expect(unhandled).toHaveBeenCalledTimes(throwing.mock.calls.length);
  });
});

it('runs once over two tabs', async () => {
  const storage = memoryStorage();
  const first = await openDevice(instance, { storage });
  const run = vi.fn();
  const result = first.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, run);
  await stored(first, 'u1');
  const second = await openDevice(instance, { storage, handlers: { FOLLOW: run } });
  await vi.waitFor(() => {
    expect(second.roavelo.actions.getPending()).toHaveLength(1);
  });
  await second.signIn('ada');
  await vi.waitFor(() => {
    expect(run).toHaveBeenCalledOnce();
  });
  await first.signInBySheet('ada');
  expect(await cancellation(result)).toBe('ran_elsewhere');
  expect(run).toHaveBeenCalledOnce();
});

const refuse = () => {
  throw new Error('blocked');
};

describe('with a storage that', () => {
  it.each<[string, KeyValueStorage]>([
    ['throws at everything', { getItem: refuse, setItem: refuse, removeItem: refuse }],
    ['is full', { ...memoryStorage(), setItem: () => Promise.reject(new Error('quota')) }],
  ])('%s, actions work in memory', async (_name, storage) => {
    const onStorageError = vi.fn();
    const device = await openDevice(instance, { storage, onStorageError });
    const result = device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, ({ userId }) => userId);
    await device.signInBySheet('ada');
    expect(await result).toBe('u1');
    expect(onStorageError).toHaveBeenCalled();
  });

  it.each([
    ['holds garbage', '{"wishes": 7, "actions": [null, {"id": 1}], "las'],
    ['another version wrote', '{"wishes": {"JP": true}, "actions": [null, {"id": 1}, 7], "lastUserId": 9}'],
    ['holds another value', '[1]'],
  ])('%s, actions work, and are stored', async (_name, text) => {
    const storage = memoryStorage();
    await storage.setItem('roavelo.guest', text);
    const onStorageError = vi.fn();
    const device = await openDevice(instance, { storage, onStorageError });
    const result = device.roavelo.actions.guardedAction('FOLLOW', { userId: 'u1' }, ({ userId }) => userId);
    await stored(device, 'u1');
    await device.signInBySheet('ada');
    expect(await result).toBe('u1');
    expect(onStorageError).not.toHaveBeenCalled();
  });
});

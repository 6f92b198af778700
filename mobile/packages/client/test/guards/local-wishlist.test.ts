// @vitest-environment jsdom
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  addToWishlist,
  type KeyValueStorage,
  memoryStorage,
  removeFromWishlist,
  type RoaveloOptions,
  unwrap,
} from '../../src/index.ts';
import { type SharedService, sharedService } from '../support/shared-service.ts';
import { type Device, load, openDevice, stored } from './device.ts';
import { createNetwork, type Network } from './network.ts';

const BATCH = 'POST wishlist/batch';

let service: SharedService;
let ada: string;
let ben: string;
beforeAll(async () => {
  service = await sharedService();
}, 180_000);
beforeEach(() => {
  const test = crypto.randomUUID().slice(0, 8);
  ada = `ada-${test}`;
  ben = `ben-${test}`;
});

/** A phone and its network. The ♥ of its app is the article's. */
async function openPhone(options: Partial<RoaveloOptions> & { isLoading?: boolean } = {}) {
  const network = createNetwork();
  const device = await openDevice(service.instance, {
    baseUrl: service.url,
    fetch: network.fetch,
    localActions: ['ADD_WISHLIST'],
    // Tests say themselves when there is another try.
    retryAfterMs: 60_000,
    ...options,
  });
  return { device, network };
}

function tapHeart({ roavelo }: Device, countryId: string): void {
  void roavelo.actions.guardedAction('ADD_WISHLIST', () => addToWishlist(countryId));
}

function shown({ roavelo }: Device): string[] {
  return roavelo.wishlist.getItems().map(({ countryCode, note }) => countryCode + (note ? `: ${note}` : ''));
}

/** What the service has for the signed-in person, e.g. `JP: Cherry blossom`. */
async function listed({ roavelo }: Device): Promise<string[]> {
  const query = { sort: 'name', limit: 100 } as const;
  const { items } = await unwrap(roavelo.api.GET('/api/v2/users/me/wishlist', { params: { query } }));
  return items.map(({ countryCode, note }) => countryCode + (note ? `: ${note}` : ''));
}

function batches({ requests }: Network): number {
  return requests.filter((request) => request === BATCH).length;
}

/** Signs up as a person does, by e-mail. */
async function signUp({ app: { clerk }, roavelo }: Device, name: string): Promise<void> {
  const signUp = await clerk.client?.signUp.create({
    emailAddress: `${name}@example.com`,
    password: 'correct horse battery',
  });
  await signUp?.prepareEmailAddressVerification({ strategy: 'email_code' });
  const { createdSessionId } = (await signUp?.attemptEmailAddressVerification({ code: '424242' })) ?? {};
  await clerk.setActive({ session: createdSessionId ?? null });
  roavelo.actions.loginSheetClosed();
}

/** A guest has tapped ♥ on Japan and Peru, and written a note for Japan. */
async function tapThree(device: Device): Promise<void> {
  tapHeart(device, 'JP');
  expect(shown(device)).toEqual(['JP']);
  device.roavelo.actions.loginSheetClosed();
  tapHeart(device, 'PE');
  await addToWishlist('JP', { note: 'Cherry blossom' });
  expect(shown(device)).toEqual(['PE', 'JP: Cherry blossom']);
  await stored(device, 'Cherry blossom');
}

describe('a guest taps ♥ on Japan, Peru and the note of Japan', () => {
  it('all of it is shown at once, and on the wishlist once after the sign-up', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    expect(device.sheets).toEqual(['ADD_WISHLIST', 'ADD_WISHLIST']);
    await signUp(device, ada);
    expect(await device.roavelo.wishlist.flush()).toBe(true);
    expect(await listed(device)).toEqual(['JP: Cherry blossom', 'PE']);
    expect(shown(device)).toEqual([]);
    expect(batches(network)).toBe(1);
  });

  it('also after a reload between the two', async () => {
    const { device } = await openPhone();
    await tapThree(device);
    const reloaded = await device.restart();
    await vi.waitFor(() => {
      expect(shown(reloaded)).toEqual(['PE', 'JP: Cherry blossom']);
    });
    await signUp(reloaded, ada);
    await reloaded.roavelo.wishlist.flush();
    expect(await listed(reloaded)).toEqual(['JP: Cherry blossom', 'PE']);
  });

  it('also after a reload right after the sign-up, before anything was sent', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    network.fault = 'offline';
    await signUp(device, ada);
    await device.roavelo.wishlist.flush();
    network.fault = 'none';
    const reloaded = await device.restart();
    expect(await reloaded.roavelo.wishlist.flush()).toBe(true);
    expect(await listed(reloaded)).toEqual(['JP: Cherry blossom', 'PE']);
  });

  it('also when the first answer got lost', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    network.fault = 'lost';
    await signUp(device, ada);
    expect(await device.roavelo.wishlist.flush()).toBe(false);
    expect(shown(device)).toEqual(['PE', 'JP: Cherry blossom']);
    network.fault = 'none';
    expect(await device.roavelo.wishlist.flush()).toBe(true);
    expect(await listed(device)).toEqual(['JP: Cherry blossom', 'PE']);
    expect(shown(device)).toEqual([]);
  });

  it('not when another person signs in than the last one: it stays for that one', async () => {
    const { device, network } = await openPhone();
    await device.signIn(ada);
    await device.signOut();
    await tapThree(device);
    await device.signInBySheet(ben);
    await device.roavelo.wishlist.flush();
    expect(batches(network)).toBe(0);
    expect(await listed(device)).toEqual([]);
    expect(shown(device)).toEqual([]);

    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP: Cherry blossom', 'PE']);
  });

  it('not when another person signs in after the first, whose wishes could not be sent', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    network.fault = '503';
    await device.signInBySheet(ada);
    expect(await device.roavelo.wishlist.flush()).toBe(false);
    network.fault = 'none';
    await device.signIn(ben);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual([]);
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP: Cherry blossom', 'PE']);
  });
});

describe('of one country', () => {
  it('the later tap wins, field by field', async () => {
    const { device } = await openPhone();
    await addToWishlist('JP', { note: 'one', priority: 2 });
    await addToWishlist('jp', { note: 'two', visited: true });
    expect(device.roavelo.wishlist.getItems()).toMatchObject([
      { countryCode: 'JP', note: 'two', priority: 2, visited: true },
    ]);
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    const { items } = await unwrap(device.roavelo.api.GET('/api/v2/users/me/wishlist'));
    expect(items).toMatchObject([{ countryCode: 'JP', note: 'two', priority: 2, visited: true }]);
  });

  it('a guest takes back a tap, and what the person had of it at the service stays', async () => {
    const { device } = await openPhone();
    await device.signIn(ada);
    await addToWishlist('JP', { note: 'mine' });
    await device.signOut();
    await addToWishlist('JP');
    await removeFromWishlist('JP');
    expect(shown(device)).toEqual([]);
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP: mine']);
  });

  it('a guest removes what was sent without an answer', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    network.fault = 'lost';
    await device.signInBySheet(ada);
    await device.roavelo.wishlist.flush();
    await device.signOut();
    network.fault = 'none';
    await removeFromWishlist('JP');
    expect(shown(device)).toEqual(['PE']);
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['PE']);
  });

  it('a tap during the request is not lost with its answer', async () => {
    const { device, network } = await openPhone();
    await addToWishlist('JP');
    let release: () => void = () => undefined;
    network.hold = new Promise<void>((resolve) => (release = resolve));
    await device.signIn(ada);
    const flushed = device.roavelo.wishlist.flush();
    await vi.waitFor(() => {
      expect(batches(network)).toBe(1);
    });
    const changed = addToWishlist('JP', { note: 'later' });
    network.hold = undefined;
    release();
    expect(await changed).toMatchObject({ status: 'saved', item: { note: 'later' } });
    await flushed;
    expect(await listed(device)).toEqual(['JP: later']);
    expect(shown(device)).toEqual([]);
  });
});

describe('a signed-in person', () => {
  it('changes the wishlist of the service at once; nothing is kept', async () => {
    const { device, network } = await openPhone();
    await device.signIn(ada);
    expect(await addToWishlist('JP', { note: 'one' })).toMatchObject({
      status: 'saved',
      item: { countryCode: 'JP', note: 'one' },
    });
    expect(await listed(device)).toEqual(['JP: one']);
    await removeFromWishlist('JP');
    expect(await listed(device)).toEqual([]);

    network.fault = '503';
    await expect(addToWishlist('PE')).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(shown(device)).toEqual([]);
    network.fault = 'none';
    await expect(addToWishlist('ZZ')).rejects.toMatchObject({ code: 'unknown_country' });
    await expect(addToWishlist('Japan')).rejects.toThrow(TypeError);
    expect(batches(network)).toBe(0);
  });

  it('changes and removes what still waits, and no older request undoes it', async () => {
    const { device, network } = await openPhone();
    await addToWishlist('JP', { note: 'old', priority: 1 });
    await addToWishlist('PE');
    network.fault = '503';
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    network.fault = 'none';
    const tries = batches(network);
    const { item } = (await addToWishlist('JP', { note: 'new' })) as { item: unknown };
    expect(item).toMatchObject({ note: 'new', priority: 1 });
    await removeFromWishlist('PE');
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP: new']);
    expect(batches(network)).toBe(tries);
  });

  it('keeps what is tapped while Clerk loads, and sends it', async () => {
    const { device } = await openPhone();
    await device.signIn(ada);
    const restarted = await device.restart({ isLoading: true } as never);
    expect(await addToWishlist('JP')).toEqual({ status: 'kept' });
    await load(restarted.app);
    await vi.waitFor(() => {
      expect(shown(restarted)).toEqual([]);
    });
    expect(await listed(restarted)).toEqual(['JP']);
  });
});

describe('when it cannot be sent', () => {
  it('it is tried again some time later', async () => {
    const { device, network } = await openPhone({ retryAfterMs: 20 });
    await addToWishlist('JP');
    network.fault = '503';
    await device.signIn(ada);
    await vi.waitFor(() => {
      expect(batches(network)).toBeGreaterThan(1);
    });
    network.fault = 'none';
    await vi.waitFor(() => {
      expect(shown(device)).toEqual([]);
    });
    expect(await listed(device)).toEqual(['JP']);
  });

  it('it is tried again when the browser is online', async () => {
    const { device, network } = await openPhone();
    await addToWishlist('JP');
    network.fault = 'offline';
    await device.signIn(ada);
    expect(await device.roavelo.wishlist.flush()).toBe(false);
    network.fault = 'none';
    dispatchEvent(new Event('online'));
    await vi.waitFor(() => {
      expect(shown(device)).toEqual([]);
    });
    expect(await listed(device)).toEqual(['JP']);
  });

  it('a sign-out amid the request loses nothing', async () => {
    const { device, network } = await openPhone();
    await tapThree(device);
    let release: () => void = () => undefined;
    network.hold = new Promise<void>((resolve) => (release = resolve));
    await device.signInBySheet(ada);
    await vi.waitFor(() => {
      expect(batches(network)).toBe(1);
    });
    await device.signOut();
    network.hold = undefined;
    release();
    await device.roavelo.wishlist.flush();
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP: Cherry blossom', 'PE']);
    expect(shown(device)).toEqual([]);
  });
});

describe('what the service refuses', () => {
  it('is reported once, stays with its reason, and is not sent again', async () => {
    const onWishesRefused = vi.fn();
    const onWishesSent = vi.fn();
    const { device, network } = await openPhone({ onWishesRefused, onWishesSent });
    await addToWishlist('ZZ');
    await addToWishlist('PE', { note: 'x'.repeat(501) });
    await addToWishlist('JP');
    await device.signIn(ada);
    await device.roavelo.wishlist.flush();
    expect(await listed(device)).toEqual(['JP']);
    expect(onWishesSent).toHaveBeenCalledExactlyOnceWith([expect.objectContaining({ countryCode: 'JP' })]);
    expect(onWishesRefused.mock.calls).toMatchObject([
      [
        [
          { countryCode: 'ZZ', problem: { code: 'unknown_country' } },
          { countryCode: 'PE', problem: { code: 'validation_failed' } },
        ],
      ],
    ]);
    expect(device.roavelo.wishlist.getItems()).toMatchObject([
      { countryCode: 'ZZ', problem: { code: 'unknown_country' } },
      { countryCode: 'PE', problem: { code: 'validation_failed' } },
    ]);
    const restarted = await device.restart();
    await restarted.roavelo.wishlist.flush();
    expect(batches(network)).toBe(1);

    await removeFromWishlist('ZZ');
    await addToWishlist('PE', { note: 'short' });
    expect(shown(restarted)).toEqual([]);
    expect(await listed(restarted)).toEqual(['JP', 'PE: short']);
  });

  it('fails alone when it makes the service refuse the whole batch', async () => {
    const { device } = await openPhone();
    await addToWishlist('JP');
    await addToWishlist('PE', { note: 'x'.repeat(1_100_000) });
    await addToWishlist('IT');
    await device.signIn(ada);
    expect(await device.roavelo.wishlist.flush()).toBe(true);
    expect(await listed(device)).toEqual(['IT', 'JP']);
    expect(device.roavelo.wishlist.getItems()).toMatchObject([
      { countryCode: 'PE', problem: { code: 'payload_too_large' } },
    ]);
  });

  it('does not matter for others when there are more than fit into a batch', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
    const codes = letters.flatMap((first) => letters.map((second) => first + second)).slice(0, 300);
    const { device, network } = await openPhone();
    await Promise.all(codes.map((code) => addToWishlist(code)));
    await device.signIn(ada);
    expect(await device.roavelo.wishlist.flush()).toBe(true);
    expect(batches(network)).toBe(2);
    const { wishlistCount } = await unwrap(device.roavelo.api.GET('/api/v2/users/me'));
    const refused = shown(device).length;
    expect(wishlistCount + refused).toBe(300);
    expect(wishlistCount).toBeGreaterThan(90);
  });
});

it('forget() makes the device free for the next person', async () => {
  const { device } = await openPhone();
  await device.signIn(ada);
  await device.signOut();
  await addToWishlist('JP');
  await device.roavelo.forget();
  expect(shown(device)).toEqual([]);
  await addToWishlist('PE');
  await device.signIn(ben);
  await device.roavelo.wishlist.flush();
  expect(await listed(device)).toEqual(['PE']);
});

it('a guest removes what can be at no service', async () => {
  const { device } = await openPhone();
  await device.signIn(ada);
  await device.signOut();
  await removeFromWishlist('ZZ');
  await addToWishlist('JP');
  await device.signIn(ada);
  expect(await device.roavelo.wishlist.flush()).toBe(true);
  expect(await listed(device)).toEqual(['JP']);
  await expect(removeFromWishlist('ZZ')).rejects.toMatchObject({ code: 'unknown_country' });
});

it('a device whose clock is ahead adds nothing in the future', async () => {
  const storage = memoryStorage();
  const wish = { countryCode: 'JP', addedAt: '2099-01-01T00:00:00.000Z', userId: null };
  await storage.setItem('roavelo.guest', JSON.stringify({ wishes: [wish], actions: [], lastUserId: null }));
  const { device } = await openPhone({ storage });
  await device.signIn(ada);
  await device.roavelo.wishlist.flush();
  const { items } = await unwrap(device.roavelo.api.GET('/api/v2/users/me/wishlist'));
  expect(items).toHaveLength(1);
  expect(Date.parse(items[0]?.addedAt ?? '')).toBeLessThanOrEqual(Date.now());
});

describe('two tabs', () => {
  it('show the same, and send it once', async () => {
    const browser = createBrowser();
    const first = await openPhone({ storage: browser.openTab() });
    const second = await openPhone({ storage: browser.openTab() });
    await first.device.roavelo.wishlist.add('JP');
    await second.device.roavelo.wishlist.add('PE');
    await vi.waitFor(() => {
      expect(shown(first.device)).toEqual(['JP', 'PE']);
      expect(shown(second.device)).toEqual(['JP', 'PE']);
    });
    await service.instance.createUser(`${ada}@example.com`, 'correct horse battery');
    await Promise.all([first.device.signIn(ada), second.device.signIn(ada)]);
    await Promise.all([first.device.roavelo.wishlist.flush(), second.device.roavelo.wishlist.flush()]);
    expect(batches(first.network) + batches(second.network)).toBe(1);
    expect(await listed(first.device)).toEqual(['JP', 'PE']);
    await vi.waitFor(() => {
      expect([...shown(first.device), ...shown(second.device)]).toEqual([]);
    });
  });
});

/** The storage of an origin, as its tabs see it: with events of the other tabs, and locks. */
function createBrowser() {
  const entries = memoryStorage();
  const tabs: { notify: (key: string) => void }[] = [];
  let locks: Promise<unknown> = Promise.resolve();
  return {
    openTab: (): KeyValueStorage => {
      const listeners = new Map<string, () => void>();
      const tab = { notify: (key: string) => listeners.get(key)?.() };
      tabs.push(tab);
      return {
        ...entries,
        setItem: (key, value) => {
          void entries.setItem(key, value);
          for (const other of tabs.filter((each) => each !== tab)) {
            queueMicrotask(() => {
              other.notify(key);
            });
          }
        },
        subscribe: (key, listener) => {
          listeners.set(key, listener);
          return () => listeners.delete(key);
        },
        exclusively: (key, work) => {
          if (key !== 'roavelo.guest.wishlist') return work();
          const done = locks.then(work);
          locks = done.catch(() => undefined);
          return done;
        },
      };
    },
  };
}

describe.each([
  [
    'throws',
    {
      getItem: () => Promise.reject(new Error('blocked')),
      setItem: () => Promise.reject(new Error('blocked')),
    },
  ],
  ['is full', { getItem: () => null, setItem: () => Promise.reject(new Error('quota')) }],
])('with a storage that %s', (_name, broken) => {
  it('wishes live as long as the process', async () => {
    const onStorageError = vi.fn();
    const { device } = await openPhone({
      storage: { ...broken, removeItem: () => undefined },
      onStorageError,
    });
    await addToWishlist('JP');
    await addToWishlist('PE');
    expect(shown(device)).toEqual(['JP', 'PE']);
    expect(onStorageError).toHaveBeenCalled();
    await device.signIn(ada);
    expect(await device.roavelo.wishlist.flush()).toBe(true);
    expect(await listed(device)).toEqual(['JP', 'PE']);
    expect(shown(device)).toEqual([]);
  });
});

it('a storage that fails once loses neither what it had nor what came then', async () => {
  const storage = memoryStorage();
  const { device } = await openPhone({ storage });
  await addToWishlist('JP');
  let isBroken = true;
  const flaky: KeyValueStorage = {
    ...storage,
    getItem: (key) => {
      if (isBroken) throw new Error('busy');
      return storage.getItem(key);
    },
  };
  const restarted = await device.restart({ storage: flaky });
  await addToWishlist('PE');
  expect(shown(restarted)).toEqual(['PE']);
  isBroken = false;
  await addToWishlist('IT');
  expect(shown(restarted)).toEqual(['JP', 'PE', 'IT']);
  await stored(restarted, 'IT');
});

// @vitest-environment jsdom
import { locks } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { createGuestStore } from '../../src/core/guest-store.ts';
import { webStorage } from '../../src/index.ts';

const KEY = 'roavelo.guest';
const jp = { countryCode: 'JP', addedAt: '2026-11-29T00:00:00.000Z', userId: null };

it('keeps in localStorage, and follows what another tab writes and clears', async () => {
  const store = createGuestStore(webStorage());
  await store.change((state) => ({ ...state, wishes: [jp] }));
  expect(JSON.parse(localStorage.getItem(KEY) ?? '')).toMatchObject({ wishes: [jp] });

  const pe = { ...jp, countryCode: 'PE' };
  localStorage.setItem(KEY, JSON.stringify({ wishes: [jp, pe], actions: [], lastUserId: null }));
  dispatchEvent(new StorageEvent('storage', { key: KEY }));
  await vi.waitFor(() => {
    expect(store.getState().wishes).toEqual([jp, pe]);
  });
  localStorage.clear();
  dispatchEvent(new StorageEvent('storage', { key: null }));
  await vi.waitFor(() => {
    expect(store.getState().wishes).toEqual([]);
  });
  store.close();
});

it('lets one tab at a time work, where the browser has locks', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve));
    order.push(`${name} ends`);
  };
  // jsdom has no locks; Node has the same.
  vi.stubGlobal('navigator', { locks });
  const tab = (name: string) => webStorage().exclusively?.(KEY, work(name));
  await Promise.all([tab('one'), tab('two')]);
  vi.unstubAllGlobals();
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

it('is harmless where there is no browser: on a server that renders pages', async () => {
  for (const name of ['localStorage', 'addEventListener', 'navigator']) vi.stubGlobal(name, undefined);
  const onError = vi.fn();
  const store = createGuestStore(webStorage(), onError);
  await store.change((state) => ({ ...state, wishes: [jp] }));
  expect(store.getState().wishes).toEqual([jp]);
  expect(onError).toHaveBeenCalled();
  store.close();
  vi.unstubAllGlobals();
});

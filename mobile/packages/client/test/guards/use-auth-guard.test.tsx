// @vitest-environment jsdom
import { act, cleanup, render, renderHook, screen } from '@testing-library/react';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { addToWishlist, ActionCancelledError } from '../../src/index.ts';
import { RoaveloProvider, useAuthGuard, useLocalWishlist, useLoginSheet } from '../../src/react/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { type Device, load, openDevice } from './device.ts';

let instance: ClerkInstance;
beforeEach(async () => {
  instance = await newInstance(inject('clerkUrl'));
});
afterEach(cleanup);

function inApp({ roavelo }: Device, showLoginSheet?: (action: string) => unknown) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <RoaveloProvider client={roavelo} showLoginSheet={showLoginSheet}>
        {children}
      </RoaveloProvider>
    </StrictMode>
  );
  return { wrapper };
}

describe('useAuthGuard', () => {
  it('says whether a person is signed in, and gives the same functions on every render', async () => {
    const device = await openDevice(instance, { isLoading: true });
    const { result } = renderHook(useAuthGuard, inApp(device));
    const { guardedAction, showLoginSheet } = result.current;
    expect(result.current).toMatchObject({ isLoaded: false, isSignedIn: false, pending: [] });
    await act(() => load(device.app));
    expect(result.current).toMatchObject({ isLoaded: true, isSignedIn: false });
    await act(() => device.signIn('ada'));
    expect(result.current).toMatchObject({ isLoaded: true, isSignedIn: true });
    expect(result.current.guardedAction).toBe(guardedAction);
    expect(result.current.showLoginSheet).toBe(showLoginSheet);
  });

  it('runs the action of a component that is gone at the sign-in, once, also in StrictMode', async () => {
    const device = await openDevice(instance);
    const showLoginSheet = vi.fn();
    const { result, unmount } = renderHook(useAuthGuard, inApp(device, showLoginSheet));
    const run = vi.fn(() => 'done');
    let action: Promise<string> | undefined;
    act(() => {
      action = result.current.guardedAction('ADD_WISHLIST', run);
    });
    expect(showLoginSheet).toHaveBeenCalledExactlyOnceWith('ADD_WISHLIST');
    expect(result.current.pending).toEqual([{ type: 'ADD_WISHLIST' }]);
    unmount();
    await device.signInBySheet('ada');
    expect(await action).toBe('done');
    expect(run).toHaveBeenCalledOnce();
  });

  it('opens the sheet, once, for what a component asks as soon as it is there', async () => {
    const device = await openDevice(instance, { showLoginSheet: undefined });
    const showLoginSheet = vi.fn();
    renderHook(
      () => {
        const { guardedAction } = useAuthGuard();
        useEffect(() => void guardedAction('FOLLOW', { userId: 'u1' }, vi.fn()), [guardedAction]);
      },
      inApp(device, showLoginSheet),
    );
    expect(showLoginSheet).toHaveBeenCalledExactlyOnceWith('FOLLOW');
  });

  it('renders again only when something has changed', async () => {
    const device = await openDevice(instance);
    const useCounted = vi.fn(useAuthGuard);
    renderHook(useCounted, inApp(device));
    const before = useCounted.mock.calls.length;
    for (let taps = 0; taps < 20; taps += 1) {
      await act(() => addToWishlist('JP', { note: String(taps) }));
    }
    expect(useCounted).toHaveBeenCalledTimes(before);
  });

  it('uses the configured client without a provider, and throws without both', async () => {
    const device = await openDevice(instance);
    const { result } = renderHook(useAuthGuard);
    expect(result.current.guardedAction).toBe(device.roavelo.actions.guardedAction);
    device.roavelo.close();
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderHook(useAuthGuard)).toThrow(/configureRoavelo/);
    await expect(addToWishlist('JP')).rejects.toThrow(/configureRoavelo/);
  });
});

function Sheet() {
  const { action, onClosed } = useLoginSheet();
  if (action === null) return null;
  return <button onClick={onClosed}>Sign in to {action}</button>;
}

describe('useLoginSheet', () => {
  it('opens a sheet of the app, which closes by the sign-in or by the person', async () => {
    const device = await openDevice(instance, { showLoginSheet: undefined, sheetTimeoutMs: 60_000 });
    render(<Sheet />, inApp(device));
    expect(screen.queryByRole('button')).toBeNull();

    const { guardedAction, loginSheetClosed } = device.roavelo.actions;
    let action: Promise<string> | undefined;
    act(() => {
      action = guardedAction('FOLLOW', () => 'done');
    });
    act(() => {
      screen.getByRole('button', { name: 'Sign in to FOLLOW' }).click();
    });
    await expect(action).rejects.toThrow(ActionCancelledError);
    expect(screen.queryByRole('button')).toBeNull();

    act(() => {
      action = guardedAction('FOLLOW', () => 'done');
    });
    expect(screen.getByRole('button')).toBeTruthy();
    await act(() => device.signIn('ada'));
    expect(screen.queryByRole('button')).toBeNull();
    act(() => {
      loginSheetClosed();
    });
    expect(await action).toBe('done');
  });
});

it("useLocalWishlist shows a guest's taps at once", async () => {
  const device = await openDevice(instance);
  const { result } = renderHook(useLocalWishlist, inApp(device));
  expect(result.current).toEqual([]);
  act(() => void addToWishlist('JP', { note: 'Cherry blossom' }));
  expect(result.current).toMatchObject([{ countryCode: 'JP', note: 'Cherry blossom' }]);
});

// @vitest-environment jsdom
import { onlineManager, QueryClient, QueryClientProvider, useMutation } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, expect, inject, it, onTestFinished, vi } from 'vitest';
import { ActionCancelledError } from '../../src/index.ts';
import { setGuardedMutationDefaults } from '../../src/react/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { type Device, openDevice, stored } from './device.ts';

interface Follow {
  userId: string;
}

let instance: ClerkInstance;
beforeEach(async () => {
  instance = await newInstance(inject('clerkUrl'));
});

/** What an app sets up at its start: the real TanStack Query, and a mutation that follows a user. */
function openQueries({ roavelo }: Device) {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { retry: 3, retryDelay: 1 } } });
  const follow = vi.fn(({ userId }: Follow) => Promise.resolve(`followed ${userId}`));
  const onSuccess = vi.fn();
  setGuardedMutationDefaults(queryClient, roavelo.actions, 'FOLLOW', { mutationFn: follow, onSuccess });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const useFollow = () => useMutation<string, Error, Follow>({ mutationKey: ['FOLLOW'] });
  return { follow, onSuccess, render: () => renderHook(useFollow, { wrapper }).result };
}

it('a mutation of a signed-in person runs at once', async () => {
  const device = await openDevice(instance);
  await device.signIn('ada');
  const { follow, render } = openQueries(device);
  const mutation = render();
  expect(await act(() => mutation.current.mutateAsync({ userId: 'u1' }))).toBe('followed u1');
  expect(follow).toHaveBeenCalledOnce();
  expect(device.sheets).toEqual([]);
});

it("a guest's mutation stays pending, and runs once after the sign-in", async () => {
  const device = await openDevice(instance);
  const { follow, onSuccess, render } = openQueries(device);
  const mutation = render();
  act(() => {
    mutation.current.mutate({ userId: 'u1' });
  });
  await waitFor(() => {
    expect(device.sheets).toEqual(['FOLLOW']);
  });
  expect(mutation.current.isPending).toBe(true);
  await act(() => device.signInBySheet('ada'));
  await waitFor(() => {
    expect(mutation.current.data).toBe('followed u1');
  });
  expect(follow).toHaveBeenCalledOnce();
  expect(onSuccess).toHaveBeenCalledOnce();
});

it('a dismissed sheet is the error of the mutation, and is not tried again', async () => {
  const device = await openDevice(instance);
  const { follow, render } = openQueries(device);
  const mutation = render();
  act(() => {
    mutation.current.mutate({ userId: 'u1' });
  });
  await waitFor(() => {
    expect(device.sheets).toHaveLength(1);
  });
  device.roavelo.actions.loginSheetClosed();
  await waitFor(() => {
    expect(mutation.current.error).toBeInstanceOf(ActionCancelledError);
  });
  expect(device.sheets).toHaveLength(1);
  expect(follow).not.toHaveBeenCalled();
});

it('other errors are tried again as the app says', async () => {
  const device = await openDevice(instance);
  await device.signIn('ada');
  const { follow, render } = openQueries(device);
  follow.mockRejectedValueOnce(new Error('busy'));
  const mutation = render();
  expect(await act(() => mutation.current.mutateAsync({ userId: 'u1' }))).toBe('followed u1');
  expect(follow).toHaveBeenCalledTimes(2);
});

it('a mutation that waited when the app ended runs anew, once, with the callbacks of the defaults', async () => {
  const device = await openDevice(instance);
  const before = openQueries(device);
  const mutation = before.render();
  act(() => {
    mutation.current.mutate({ userId: 'u1' });
  });
  await stored(device, 'u1');

  const restarted = await device.restart();
  const { follow, onSuccess } = openQueries(restarted);
  await restarted.signIn('ada');
  await vi.waitFor(() => {
    expect(onSuccess).toHaveBeenCalledOnce();
  });
  expect(onSuccess.mock.calls[0]?.slice(0, 2)).toEqual(['followed u1', { userId: 'u1' }]);
  expect(follow).toHaveBeenCalledOnce();
  expect(before.follow).not.toHaveBeenCalled();
});

it('a guest without a network is asked as well', async () => {
  onlineManager.setOnline(false);
  onTestFinished(() => {
    onlineManager.setOnline(true);
  });
  const device = await openDevice(instance);
  const mutation = openQueries(device).render();
  act(() => {
    mutation.current.mutate({ userId: 'u1' });
  });
  await waitFor(() => {
    expect(device.sheets).toEqual(['FOLLOW']);
  });
});

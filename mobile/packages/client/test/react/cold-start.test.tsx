// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRoaveloClient, unwrap } from '../../src/index.ts';
import { retry, retryDelay } from '../../src/react/index.ts';
import { type Device, openDevice, openDeviceOfAda } from '../core/people.ts';
import { type Service, startService } from '../core/service.ts';

/** A screen that reads and writes as soon as it is there. */
function openScreen(device: Device, service: Service) {
  const client = createRoaveloClient({ baseUrl: service.url, tokenSource: device.source });
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry, retryDelay }, mutations: { retry, retryDelay } },
  });
  onTestFinished(() => {
    queryClient.clear();
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const screen = renderHook(
    () => ({
      query: useQuery({
        queryKey: ['me'],
        queryFn: ({ signal }) => unwrap(client.api.GET('/api/v2/users/me', { signal })),
      }),
      mutation: useMutation({
        mutationFn: (bio: string) => unwrap(client.api.PATCH('/api/v2/users/me', { body: { bio } })),
      }),
    }),
    { wrapper },
  );
  screen.result.current.mutation.mutate('I like Japan');
  return screen.result;
}

describe('a cold start with TanStack Query', () => {
  it('ends well for a query and a mutation while Clerk loads for 3 s, without a request too early', async () => {
    const known = await openDeviceOfAda();
    const device = known.reopen();
    const service = await startService(() => ({ status: 200, json: { username: 'ada' } }));
    const slow = { api: 'frontend', mode: 'slow', delayMs: 3_000, path: '/client$', method: 'GET' };
    await device.instance.call('POST', '/_local/faults', slow);

    const screen = openScreen(device, service);
    const loading = device.load();
    // Longer than the 2 s for which a request waits: both are tried again.
    await waitFor(
      () => {
        expect(screen.current.query.failureReason).toMatchObject({ code: 'AUTH_TOKEN_NOT_READY' });
        expect(screen.current.mutation.failureReason).toMatchObject({ code: 'AUTH_TOKEN_NOT_READY' });
      },
      { timeout: 2_900 },
    );
    expect(service.received).toEqual([]);
    await loading;
    await waitFor(() => {
      expect(screen.current.query.data).toEqual({ username: 'ada' });
      expect(screen.current.mutation.data).toEqual({ username: 'ada' });
    });
    expect(service.received.map(({ method }) => method).sort()).toEqual(['GET', 'PATCH']);
    expect(service.received.filter(({ token }) => token === undefined)).toEqual([]);
  }, 15_000);

  it('is AUTH_REQUIRED for a guest at once, and is not tried again', async () => {
    const device = await openDevice();
    await device.load();
    const service = await startService();
    const screen = openScreen(device, service);

    await waitFor(() => {
      expect(screen.current.query.error).toMatchObject({ message: 'AUTH_REQUIRED', code: 'AUTH_REQUIRED' });
      expect(screen.current.mutation.error).toMatchObject({ code: 'AUTH_REQUIRED' });
    });
    expect(screen.current.query.failureCount).toBe(1);
    expect(screen.current.mutation.failureCount).toBe(1);
    expect(service.received).toEqual([]);
  });
});

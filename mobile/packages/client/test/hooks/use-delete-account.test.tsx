// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, type Roavelo } from '../../src/index.ts';
import { RoaveloProvider, useDeleteAccount } from '../../src/react/index.ts';
import { type Device, openDevice } from '../guards/device.ts';
import { createNetwork } from '../guards/network.ts';
import { type SharedService, sharedService } from '../support/shared-service.ts';

let service: SharedService;
let ada: string;
beforeAll(async () => {
  service = await sharedService();
}, 180_000);
beforeEach(() => {
  ada = `ada-${crypto.randomUUID().slice(0, 8)}`;
});

/** A phone whose person has an account in the service. */
async function openPhone() {
  const network = createNetwork();
  const device = await openDevice(service.instance, { baseUrl: service.url, fetch: network.fetch });
  const userId = await device.signIn(ada);
  const me = await device.roavelo.fetch('/api/v2/users/me');
  expect(me.status).toBe(200);
  network.requests.length = 0;
  return { device, network, userId };
}

function open(client: Roavelo) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <RoaveloProvider client={client}>{children}</RoaveloProvider>
  );
  return renderHook(useDeleteAccount, { wrapper });
}

/** The end of a deletion; the service takes some seconds for it. */
async function completed({ result }: ReturnType<typeof open>) {
  await waitFor(
    () => {
      expect(result.current.status).toBe('completed');
    },
    { timeout: 50_000 },
  );
  return result.current;
}

async function isSignedOut({ tokenSource }: Device) {
  await waitFor(() => {
    expect(tokenSource.getState().status).toBe('signed-out');
  });
}

describe('useDeleteAccount', () => {
  it('deletes the account, signs out, and follows the receipt to its end', async () => {
    const { device, userId } = await openPhone();
    const page = open(device.roavelo);
    expect(page.result.current).toMatchObject({ status: 'idle', isBusy: false, receipt: null });

    const accepted = await act(() => page.result.current.deleteAccount());
    expect(accepted.receiptUrl).toMatch(new RegExp(`^${service.url}/api/v2/deletion-receipts/`));
    await isSignedOut(device);

    const { receipt, error } = await completed(page);
    expect(receipt).toMatchObject({ id: accepted.id, state: 'completed' });
    expect(receipt?.statement?.split('.')).toHaveLength(3);
    expect(error).toBeNull();
    await expect(service.instance.call('GET', `/v1/users/${userId}`)).rejects.toThrow('404');
  }, 60_000);

  it('asks once for a double tap', async () => {
    const { device, network } = await openPhone();
    const { result } = open(device.roavelo);
    const [first, second] = await act(() =>
      Promise.all([result.current.deleteAccount(), result.current.deleteAccount()]),
    );
    expect(second).toEqual(first);
    expect(network.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(1);
  });

  it('asks again when the answer got lost, and gets the same receipt', async () => {
    const { device, network } = await openPhone();
    const { result } = open(device.roavelo);
    network.fault = 'lost';
    const deleting = result.current.deleteAccount();
    await waitFor(() => {
      expect(network.requests).toHaveLength(1);
    });
    expect(result.current.isBusy).toBe(true);
    network.fault = 'none';
    const accepted = await act(() => deleting);
    expect(network.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(2);
    await waitFor(() => {
      expect(result.current.receipt?.id).toBe(accepted.id);
    });
  }, 20_000);

  it('says why it failed, and deletes nothing, without a connection', async () => {
    const { device, network } = await openPhone();
    const { result } = open(device.roavelo);
    network.fault = 'offline';
    await act(async () => {
      await expect(result.current.deleteAccount()).rejects.toMatchObject({ name: 'NetworkError' });
    });
    expect(result.current).toMatchObject({ status: 'idle', error: { name: 'NetworkError' } });
    expect(device.tokenSource.getState().status).toBe('signed-in');
    network.fault = 'none';
    expect((await device.roavelo.fetch('/api/v2/users/me')).status).toBe(200);
  }, 20_000);

  it('shows the receipt after a restart of the app, until it is dismissed', async () => {
    const { device } = await openPhone();
    const page = open(device.roavelo);
    const { id } = await act(() => page.result.current.deleteAccount());
    page.unmount();
    const restarted = await device.restart();
    const again = open(restarted.roavelo);
    await waitFor(() => {
      expect(again.result.current.receipt?.id).toBe(id);
    });
    await act(() => again.result.current.dismissReceipt());
    expect(again.result.current).toMatchObject({ status: 'idle', receipt: null });
    again.unmount();
    const empty = open((await restarted.restart()).roavelo);
    await act(() => new Promise((resolve) => setImmediate(resolve)));
    expect(empty.result.current.status).toBe('idle');
  }, 20_000);

  it('follows the receipt through a time without a connection', async () => {
    const { device, network } = await openPhone();
    const page = open(device.roavelo);
    const { id } = await act(() => page.result.current.deleteAccount());
    await waitFor(() => {
      expect(page.result.current.receipt?.id).toBe(id);
    });
    network.fault = 'offline';
    const nextLook = { timeout: 10_000 };
    await waitFor(() => {
      expect(page.result.current).toMatchObject({ status: 'deleted', error: { name: 'NetworkError' } });
    }, nextLook);
    expect(page.result.current.receipt?.id).toBe(id);
    network.fault = 'none';
    await waitFor(() => {
      expect(page.result.current.error).toBeNull();
    }, nextLook);
  }, 30_000);

  it('shows it to no other person', async () => {
    const { device } = await openPhone();
    const { result } = open(device.roavelo);
    await act(() => result.current.deleteAccount());
    await act(() => device.signIn(`ben-${ada}`));
    await waitFor(() => {
      expect(result.current).toMatchObject({ status: 'idle', receipt: null, accepted: null });
    });
  });

  it('rejects with AUTH_REQUIRED for a guest', async () => {
    const device = await openDevice(service.instance, { baseUrl: service.url });
    const { result } = open(device.roavelo);
    await act(async () => {
      await expect(result.current.deleteAccount()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    });
    expect(result.current).toMatchObject({ status: 'idle', error: { code: 'AUTH_REQUIRED' } });
  });

  it('no longer lets the account in', async () => {
    const { device } = await openPhone();
    const token = await device.tokenSource.getToken();
    const { result } = open(device.roavelo);
    await act(() => result.current.deleteAccount());
    const answer = await fetch(`${service.url}/api/v2/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await errorOf(answer)).toMatchObject({ status: 401, code: 'account_deleted' });
  });
});

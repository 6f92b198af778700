import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { eventually } from '../../../../test/support/eventually.js';
import { apiError, backend, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
afterEach(() => {
  clerk.clearFaults();
  clerk.resetRequests();
});

describe('faults', () => {
  it('answer with a status and Retry-After, for a number of requests', async () => {
    const { users } = backend(clerk);
    const user = await clerk.createUser();
    clerk.fail({
      method: 'GET',
      path: /^\/v1\/users\//,
      mode: 'status',
      status: 429,
      retryAfter: 7,
      times: 2,
    });
    for (let i = 0; i < 2; i += 1) {
      const error = await rejection(users.getUser(user.id));
      expect(error).toMatchObject({ status: 429, retryAfter: 7 });
    }
    expect((await users.updateUser(user.id, { firstName: 'Still' })).firstName).toBe('Still');
    expect((await users.getUser(user.id)).firstName).toBe('Still');
    expect(clerk.requestCount('GET', `/v1/users/${user.id}`)).toBe(3);
    expect(clerk.requestCount('PATCH', /^\/v1\/users/)).toBe(1);
    clerk.resetRequests();
    expect(clerk.requests).toHaveLength(0);
  });

  it('cut the connection, delay, hang, answer HTML or lose the answer', async () => {
    const { users } = backend(clerk);
    const user = await clerk.createUser();
    const undo = clerk.fail({ mode: 'refuse' });
    expect(await apiError(users.getUser(user.id))).toMatchObject({ status: undefined });
    undo();

    clerk.fail({ mode: 'html', times: 1 });
    expect(await apiError(users.getUser(user.id))).toEqual({ status: 502, code: undefined });

    clerk.fail({ mode: 'slow', delayMs: 50, times: 1 });
    const begin = performance.now();
    expect((await users.getUser(user.id)).id).toBe(user.id);
    expect(performance.now() - begin).toBeGreaterThan(45);

    clerk.fail({ mode: 'hang', times: 1 });
    const hanging = fetch(`${clerk.url}/.well-known/jwks.json`, { signal: AbortSignal.timeout(100) });
    await expect(hanging).rejects.toThrow(/timeout/);

    clerk.fail({ mode: 'lose-answer', times: 1 });
    expect(await apiError(users.deleteUser(user.id))).toMatchObject({ status: undefined });
    expect(await apiError(users.deleteUser(user.id))).toMatchObject({ status: 404 });
  });

  it('affect a share of the requests, the same ones for the same seed', async () => {
    const { users } = backend(clerk);
    const outcomes = async (seed: number) => {
      const undo = clerk.fail({ mode: 'status', status: 503, rate: 0.3, seed });
      const failed: boolean[] = [];
      for (let i = 0; i < 100; i += 1) {
        failed.push(
          await users.getCount().then(
            () => false,
            () => true,
          ),
        );
      }
      undo();
      return failed;
    };
    const first = await outcomes(7);
    expect(await outcomes(7)).toEqual(first);
    expect(await outcomes(8)).not.toEqual(first);
    const share = first.filter(Boolean).length;
    expect(share).toBeGreaterThan(15);
    expect(share).toBeLessThan(45);
  });

  it('are set over HTTP, for one instance, and used up by their count', async () => {
    const other = await clerk.instance('sk_test_local_faults');
    const headers = { authorization: `Bearer ${other.secretKey}`, 'content-type': 'application/json' };
    const at = `${clerk.url}/_local/faults`;
    const body = JSON.stringify({ mode: 'status', status: 429, retryAfter: 3, path: '^/v1/users', count: 1 });
    const added = await fetch(at, { method: 'POST', headers, body });
    expect(added.status).toBe(201);
    const { id } = (await added.json()) as { id: string };
    expect(await (await fetch(at, { headers })).json()).toEqual({
      items: [{ id, mode: 'status', status: 429, retryAfter: 3, path: '^\\/v1\\/users', count: 1, left: 1 }],
    });
    expect(await backend(clerk).users.getCount()).toBe(clerk.users().length);
    expect(await rejection(backend(other).users.getCount())).toMatchObject({ status: 429, retryAfter: 3 });
    expect(await backend(other).users.getCount()).toBe(0);

    await fetch(at, { method: 'POST', headers, body });
    const [fault] = ((await (await fetch(at, { headers })).json()) as { items: { id: string }[] }).items;
    expect((await fetch(`${at}/${fault?.id ?? ''}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(`${at}/${fault?.id ?? ''}`, { method: 'DELETE', headers })).status).toBe(404);
    expect(await backend(other).users.getCount()).toBe(0);
    for (const wrong of [
      {},
      { mode: 'explode' },
      { mode: 'status', rate: 2 },
      { mode: 'status', path: '(' },
    ]) {
      const refused = await fetch(at, { method: 'POST', headers, body: JSON.stringify(wrong) });
      expect(refused.status).toBe(422);
    }
  });

  it("disturb the Frontend API, under an instance's own path as well", async () => {
    const other = await clerk.instance('sk_test_local_frontend');
    for (const instance of [clerk, other]) {
      const at = `${instance.proxyUrl}/.well-known/jwks.json`;
      const undo = instance.fail({
        api: 'frontend',
        path: /^\/__clerk\/\.well-known/,
        mode: 'status',
        status: 429,
        retryAfter: 5,
        count: 1,
      });
      expect((await fetch(`${clerk.url}/.well-known/jwks.json`)).status).toBe(200);
      const limited = await fetch(at);
      expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '5']);
      expect((await fetch(at)).status).toBe(200);
      undo();
      instance.fail({ api: 'frontend', mode: 'lose-answer', count: 1 });
      await expect(fetch(at)).rejects.toThrow();
      expect((await fetch(at)).status).toBe(200);
    }
  });

  it('do not prevent a close', async () => {
    const own = await startClerkLocal();
    own.fail({ mode: 'hang' });
    const hanging = rejection(fetch(`${own.url}/.well-known/jwks.json`));
    await eventually('the request has arrived', () => own.requests.length > 0);
    await own.close();
    expect(await hanging).toMatchObject({ name: 'TypeError' });
  });
});

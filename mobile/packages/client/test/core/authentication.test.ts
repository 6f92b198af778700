import { describe, expect, it } from 'vitest';
import { createAuthentication, type Exchange } from '../../src/core/authentication.ts';
import { HandMadeSource } from './hand-made-source.ts';

/** A request whose answer is its status; the first token is refused. */
const exchange: Exchange<number> = {
  method: 'GET',
  auth: 'required',
  resendable: true,
  send: (token) => Promise.resolve(token === 'signed-in-1' ? 401 : 200),
  headOf: (status) => ({ status, header: () => null }),
  codeOf: () => Promise.resolve('token_expired'),
  discard: () => undefined,
};

describe('createAuthentication', () => {
  it('makes one refresh for 401s in the same moment, also of two HTTP libraries', async () => {
    const source = new HandMadeSource('ada');
    const fetches = createAuthentication({ tokenSource: source });
    const axios = createAuthentication({ tokenSource: source });
    const performed = [fetches, axios, fetches, axios, fetches].map((one) => one.perform(exchange));
    expect(await Promise.all(performed)).toEqual([200, 200, 200, 200, 200]);
    expect(source.asked.filter(({ skipCache }) => skipCache)).toHaveLength(1);
  });

  it('makes a refresh of their own for each of two persons', async () => {
    const source = new HandMadeSource('ada');
    const { getToken } = source;
    // Ada's refresh never ends.
    let isHanging = true;
    source.getToken = (options) =>
      options?.skipCache && isHanging ? new Promise(() => undefined) : getToken(options);
    const authentication = createAuthentication({ tokenSource: source, tokenTimeoutMs: 50 });
    const ada = authentication.perform(exchange).catch((error: unknown) => error);
    await new Promise(setImmediate);
    isHanging = false;
    source.signIn('ben');
    expect(await authentication.perform(exchange)).toBe(200);
    expect(await ada).toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
  });
});

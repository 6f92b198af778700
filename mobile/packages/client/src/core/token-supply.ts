import { NetworkError } from './answer-errors.ts';
import { AuthError } from './errors.ts';
import type { TokenSource } from './session.ts';
import { inTime } from './waiting.ts';

/** How long no new token is asked for, after the service refused one that had just been made. */
const PAUSE_MS = 30_000;

/** All rejections are AuthErrors or NetworkErrors. */
export interface TokenSupply {
  /** The present token, or null without a session. */
  current(userId: string): Promise<string | null>;
  /** A token other than the rejected one: the provider's present one, or a new one, once for all callers. */
  renew(userId: string, rejected: string): Promise<string | null>;
  /** False while the service refuses even new tokens: one more cannot help, and would make a loop. */
  mayHelp(rejected: string): boolean;
  accepted(token: string): void;
  refused(token: string): void;
}

const supplies = new WeakMap<TokenSource, TokenSupply>();

/** The supply of a source: the same one for all requests of all HTTP libraries. */
export function tokenSupply(source: TokenSource, timeoutMs: number): TokenSupply {
  let supply = supplies.get(source);
  if (!supply) {
    supply = createTokenSupply(source, timeoutMs);
    supplies.set(source, supply);
  }
  return supply;
}

function createTokenSupply(source: TokenSource, timeoutMs: number): TokenSupply {
  let flight: { userId: string; token: Promise<string | null> } | undefined;
  /** Made by the last refresh, and neither accepted nor refused so far. */
  let unproven: string | undefined;
  let pausedUntil = 0;
  // Clerk gives the promise of a request that hangs to everyone who asks; only skipCache asks anew.
  let isStalled = false;

  async function withinTime(token: Promise<string | null>): Promise<string | null> {
    const late = () => {
      isStalled = true;
      return isOffline() ? unreachable() : new AuthError('AUTH_TOKEN_TIMEOUT');
    };
    try {
      return await inTime(token, timeoutMs, late);
    } catch (error) {
      if (error instanceof AuthError || error instanceof NetworkError) throw error;
      throw new AuthError('AUTH_TOKEN_FAILED', { cause: error });
    }
  }

  async function make(): Promise<string | null> {
    const token = await source.getToken({ skipCache: true });
    isStalled = false;
    unproven = token ?? undefined;
    return token;
  }

  async function makeUnlessRenewed(rejected: string | undefined): Promise<string | null> {
    if (rejected === undefined || isStalled) return make();
    // The answer to an older token: meanwhile another request, or Clerk itself, has got a new one.
    const present = await source.getToken();
    return present !== null && present !== rejected ? present : make();
  }

  function share(userId: string, rejected?: string): Promise<string | null> {
    if (flight?.userId === userId) return flight.token;
    const started = { userId, token: withinTime(makeUnlessRenewed(rejected)) };
    flight = started;
    const end = () => {
      if (flight === started) flight = undefined;
    };
    started.token.then(end, end);
    return started.token;
  }

  function refused(token: string): void {
    if (token !== unproven) return;
    unproven = undefined;
    pausedUntil = Date.now() + PAUSE_MS;
  }

  return {
    current: (userId) => (isStalled ? share(userId) : withinTime(source.getToken())),
    renew: share,
    mayHelp(rejected) {
      refused(rejected);
      return Date.now() >= pausedUntil;
    },
    accepted(token) {
      if (token === unproven) unproven = undefined;
      pausedUntil = 0;
    },
    refused,
  };
}

const unreachable = () => new NetworkError('There is no network to get a token', true);

function isOffline(): boolean {
  // Only browsers know.
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}

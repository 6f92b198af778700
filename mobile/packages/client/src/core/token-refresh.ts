import { AuthError } from './errors.ts';
import type { TokenSource } from './session.ts';
import { inTime } from './waiting.ts';

/** How long no new token is asked for, after the service refused one that had just been made. */
const PAUSE_MS = 30_000;

export interface TokenRefresh {
  /** A token other than the rejected one: the provider's present one, or a new one, once for all callers. */
  renew(userId: string, rejected: string): Promise<string | null>;
  /** False while the service refuses even new tokens: one more cannot help, and would make a loop. */
  mayHelp(rejected: string): boolean;
  accepted(token: string): void;
  refused(token: string): void;
}

const refreshes = new WeakMap<TokenSource, TokenRefresh>();

/** The refresh of a source: the same one for all requests of all HTTP libraries. */
export function tokenRefresh(source: TokenSource, timeoutMs: number): TokenRefresh {
  let refresh = refreshes.get(source);
  if (!refresh) {
    refresh = createTokenRefresh(source, timeoutMs);
    refreshes.set(source, refresh);
  }
  return refresh;
}

function createTokenRefresh(source: TokenSource, timeoutMs: number): TokenRefresh {
  let flight: { userId: string; token: Promise<string | null> } | undefined;
  /** Made by the last refresh, and neither accepted nor refused so far. */
  let unproven: string | undefined;
  let pausedUntil = 0;

  async function renewed(rejected: string): Promise<string | null> {
    // The answer to an older token: meanwhile another request, or Clerk itself, has got a new one.
    const present = await source.getToken();
    if (present !== null && present !== rejected) return present;
    const token = await source.getToken({ skipCache: true });
    unproven = token ?? undefined;
    return token;
  }

  return {
    async renew(userId, rejected) {
      if (flight?.userId !== userId) {
        const late = () => new AuthError('AUTH_TOKEN_TIMEOUT');
        const started = { userId, token: inTime(renewed(rejected), timeoutMs, late) };
        flight = started;
        const end = () => {
          if (flight === started) flight = undefined;
        };
        started.token.then(end, end);
      }
      return flight.token;
    },

    mayHelp(rejected) {
      if (rejected === unproven) this.refused(rejected);
      return Date.now() >= pausedUntil;
    },

    accepted(token) {
      if (token === unproven) unproven = undefined;
      pausedUntil = 0;
    },

    refused(token) {
      if (token !== unproven) return;
      unproven = undefined;
      pausedUntil = Date.now() + PAUSE_MS;
    },
  };
}

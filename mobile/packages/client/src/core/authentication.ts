import { isRepeatable, type AnswerHead } from './answer-errors.ts';
import { AuthError, type AuthErrorCode } from './errors.ts';
import { createFirstSignIn } from './first-sign-in.ts';
import { call } from './listeners.ts';
import { retryAfterMs } from './retry-after.ts';
import type { TokenSource } from './session.ts';
import type { KeyValueStorage } from './storage.ts';
import { tokenSupply } from './token-supply.ts';
import { abortable, delay, settledState } from './waiting.ts';

/**
 * `required`: with a token, or not at all (the default). `optional`: with a token when a person is signed in.
 * `none`: without a token, and without waiting for one.
 */
export type AuthMode = 'required' | 'optional' | 'none';

/** The service no longer accepts this person, or this session. */
export interface SessionEnd {
  code: 'account_deleted' | 'session_revoked' | 'account_suspended';
  userId: string;
}

export interface AuthenticationOptions {
  tokenSource: TokenSource;
  /**
   * Called once for each session and code. The first two also sign out, after this call; `account_suspended`
   * does not: that person may still export and delete the account.
   */
  onSessionEnded?: ((end: SessionEnd) => void) | undefined;
  /**
   * Run once for a person, when the service has just created the user for a request: a welcome. Not when a
   * webhook of Clerk was faster, so not for steps that everybody has to take. It runs again with the first
   * request of the next start when the app ended before its promise was fulfilled.
   */
  onFirstSignIn?: ((person: { userId: string }) => void | Promise<void>) | undefined;
  /** Remembers that `onFirstSignIn` has run. Default: in memory only. */
  storage?: KeyValueStorage | undefined;
  /** How long a request waits for the provider to load; default 2,000 ms. */
  readyTimeoutMs?: number | undefined;
  /**
   * How long a request waits for a token, and for a new one; default 10,000 ms. Of several users of one token
   * source, the first one decides.
   */
  tokenTimeoutMs?: number | undefined;
  /** The longest `Retry-After` that is waited for, default 10,000 ms; a longer one is given back at once. */
  maxRetryAfterMs?: number | undefined;
}

/** A request, as an HTTP library's adapter describes it. */
export interface Exchange<Answer> {
  method: string;
  auth: AuthMode;
  signal?: AbortSignal | undefined;
  /** False for a body that can be read only once. */
  resendable: boolean;
  /** Sends it, each time with the whole body. @param token null: without an Authorization header */
  send(token: string | null): Promise<Answer>;
  headOf(answer: Answer): AnswerHead;
  /** Reads the `code` of an error's body, and leaves the answer readable. */
  codeOf(answer: Answer): Promise<string | undefined>;
  /** Releases the connection of an answer that will not be read. */
  discard(answer: Answer): void;
}

export interface Authentication {
  /**
   * Sends a request with a token, and once more with a new token after a 401; waits for `Retry-After`.
   * @returns the answer, also a 401 that stays one
   * @throws AuthError, NetworkError of the provider, the signal's reason, or what `send` throws
   */
  perform<Answer>(exchange: Exchange<Answer>): Promise<Answer>;
}

/** A token, and whose it is. */
interface Pass {
  token: string;
  userId: string;
  sessionId: string;
}

const MAX_WAITS = 2;

/** One Authentication serves all HTTP libraries of an app; the refresh is shared by the token source. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { tokenSource } = options;
  const readyTimeoutMs = options.readyTimeoutMs ?? 2_000;
  const maxRetryAfterMs = options.maxRetryAfterMs ?? 10_000;
  const tokens = tokenSupply(tokenSource, options.tokenTimeoutMs ?? 10_000);
  const firstSignIn = createFirstSignIn(options);
  let reportedEnd: string | undefined;
  let isSigningOut = false;

  /**
   * Runs what gives a token, and makes sure that it is this person's.
   * @param userId undefined: the person who is signed in when the token is
   * @param whileLoading the code when the person is unknown again, and stays so
   */
  async function passOf(
    userId: string | undefined,
    give: () => Promise<string | null>,
    signal: AbortSignal | undefined,
    whileLoading: AuthErrorCode = 'AUTH_SESSION_CHANGED',
  ): Promise<Pass> {
    const given = await abortable(Promise.allSettled([give()]), signal);
    // First of all: a provider that fails because the session is over says so by its state.
    const state = await settledState(tokenSource, readyTimeoutMs, signal);
    if (state.status === 'loading') throw new AuthError(whileLoading);
    const isAnother = state.status === 'signed-out' || state.userId !== (userId ?? state.userId);
    if (isAnother) throw new AuthError('AUTH_SESSION_CHANGED');
    const [result] = given;
    if (result.status === 'rejected') throw result.reason;
    if (result.value === null) throw new AuthError('AUTH_TOKEN_FAILED');
    return { token: result.value, userId: state.userId, sessionId: state.sessionId };
  }

  async function firstPass({ auth, signal }: Exchange<unknown>): Promise<Pass | null> {
    if (auth === 'none') return null;
    const state = await settledState(tokenSource, readyTimeoutMs, signal);
    if (state.status === 'signed-in') {
      const userId = tokenSource.learnsByToken ? undefined : state.userId;
      return passOf(userId, () => tokens.current(state.userId), signal, 'AUTH_TOKEN_NOT_READY');
    }
    if (auth === 'optional') return null;
    throw new AuthError(state.status === 'loading' ? 'AUTH_TOKEN_NOT_READY' : 'AUTH_REQUIRED');
  }

  function sessionEnded(code: SessionEnd['code'], { userId, sessionId }: Pass): void {
    const state = tokenSource.getState();
    // The answer to a former session says nothing to the person who is signed in now.
    if (state.status !== 'signed-in' || state.sessionId !== sessionId) return;
    const end = `${sessionId} ${code}`;
    if (reportedEnd !== end) {
      reportedEnd = end;
      call(() => options.onSessionEnded?.({ code, userId }));
    }
    if (code === 'account_suspended' || isSigningOut) return;
    isSigningOut = true;
    const ended = () => {
      isSigningOut = false;
    };
    // When it fails, offline most likely, the next refused request tries again.
    tokenSource.signOut().then(ended, ended);
  }

  return {
    async perform(exchange) {
      const { method, signal, resendable } = exchange;
      let pass = await firstPass(exchange);
      if (pass) firstSignIn.present(pass.userId);
      let isRenewed = false;
      for (let waits = 0; ;) {
        const answer = await exchange.send(pass?.token ?? null);
        const head = exchange.headOf(answer);

        if (pass) {
          if (head.header('x-user-created') === 'true') firstSignIn.created(pass.userId);
          if (head.status === 401 || head.status === 403) {
            const code = await exchange.codeOf(answer);
            if (endsSession(head.status, code)) {
              sessionEnded(code, pass);
              return answer;
            }
          }
          if (head.status === 401) {
            const { token, userId } = pass;
            if (isRenewed || !resendable || !tokens.mayHelp(token)) {
              tokens.refused(token);
              return answer;
            }
            exchange.discard(answer);
            pass = await passOf(userId, () => tokens.renew(userId, token), signal);
            isRenewed = true;
            continue;
          }
          if (head.status < 500 && head.status !== 429) tokens.accepted(pass.token);
        }

        const wait = head.status === 429 || head.status === 503 ? retryAfterMs(head.header) : undefined;
        const canWait = resendable && isRepeatable(method) && waits < MAX_WAITS;
        if (wait === undefined || wait > maxRetryAfterMs || !canWait) return answer;
        exchange.discard(answer);
        waits += 1;
        // Apart from each other, so that what was refused together doesn't come back together.
        await delay(wait + Math.random() * 250, signal);
        if (pass) {
          const { userId } = pass;
          pass = await passOf(userId, () => tokens.current(userId), signal);
        }
      }
    },
  };
}

function endsSession(status: number, code: string | undefined): code is SessionEnd['code'] {
  if (status === 401) return code === 'account_deleted' || code === 'session_revoked';
  return status === 403 && code === 'account_suspended';
}

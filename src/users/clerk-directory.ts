import { setTimeout as sleep } from 'node:timers/promises';
import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/metrics.js';
import { ProblemError } from '../common/problem.js';
import { Traces } from '../common/traces.js';
import type { Config } from '../config/config.js';
import { within } from '../common/within.js';
import { CONFIG } from '../config/config.module.js';
import { type ClerkUser, readClerkUser } from './clerk-user.js';

/** The Backend API client has neither a timeout nor retries of its own. */
const CALL_TIMEOUT_MS = 3000;
const BUDGET_MS = 8000;
const JWKS_TIMEOUT_MS = 5000;
const FIRST_PAUSE_MS = 100;
const LIST_PAGE = 500;
const NOT_FOUND = 'resource_not_found';
const LONGEST_RETRY_AFTER_SECONDS = 60;

const OPERATIONS = ['getUser', 'updateUser', 'deleteUser', 'getUserList', 'getJwks'] as const;
type Operation = (typeof OPERATIONS)[number];
/** What becomes of a call. */
const OUTCOMES = ['ok', 'not_found', 'invalid', 'refused', 'unavailable'] as const;

/** Clerk's 422: it understood the call and refuses a parameter. Where nobody expects it, as good as no answer. */
class UnprocessableError extends ProblemError {
  constructor(detail: string | undefined, options: { cause: unknown }) {
    super('dependency_unavailable', detail, options);
  }
}

export interface Names {
  firstName?: string;
  lastName?: string;
}

/**
 * Clerk's Backend API, as far as this service needs it. Every method throws ProblemError `dependency_unavailable` when
 * Clerk doesn't answer in time, refuses our key or answers nonsense: none of that is the caller's fault.
 */
@Injectable()
export class ClerkDirectory {
  private readonly logger = new Logger(ClerkDirectory.name);
  private readonly client: ClerkClient;

  constructor(
    @Inject(CONFIG) { clerk }: Config,
    private readonly metrics: Metrics,
    private readonly traces: Traces,
  ) {
    this.metrics.expectClerkRequests(OPERATIONS, OUTCOMES);
    this.client = createClerkClient({
      secretKey: clerk.secretKey,
      apiUrl: clerk.apiUrl,
      telemetry: { disabled: true },
    });
  }

  /** The user as Clerk knows it now; undefined when Clerk has no such user. At most 8 s, retries included. */
  async getUser(subject: string): Promise<ClerkUser | undefined> {
    return this.callForUser(subject, 'getUser', () => this.client.users.getUser(subject), BUDGET_MS);
  }

  /**
   * Changes names in Clerk; answers as `getUser`. Not repeated: Clerk allows few changes of one user.
   * @throws ProblemError `validation_failed` for a name Clerk refuses
   */
  async updateNames(subject: string, names: Names): Promise<ClerkUser | undefined> {
    try {
      return await this.callForUser(
        subject,
        'updateUser',
        () => this.client.users.updateUser(subject, names),
        0,
      );
    } catch (error) {
      if (!(error instanceof UnprocessableError)) throw error;
      throw new ProblemError('validation_failed', 'Clerk refused the name.', { cause: error });
    }
  }

  /** Deletes the account; one that is gone already is as good. */
  async deleteUser(subject: string): Promise<void> {
    await this.call('deleteUser', () => this.client.users.deleteUser(subject), BUDGET_MS);
  }

  /**
   * A page of all users, oldest first, from behind the first of `after` that still exists; and how many there are in all.
   * Users that can't be read are left out of `users`; `next` is the `after` of the next page, undefined at the end.
   */
  async listUsers(
    after: readonly string[],
  ): Promise<{ users: ClerkUser[]; next: string[] | undefined; total: number }> {
    const [startingAfter, ...others] = after;
    const query = {
      limit: LIST_PAGE,
      orderBy: '+created_at' as const,
      ...(startingAfter && { startingAfter }),
    };
    try {
      const page = await this.list(query);
      const ids = page.data.map(({ id }) => id);
      return {
        users: page.data.flatMap(({ raw }) => readClerkUser(raw) ?? []),
        next: ids.length === LIST_PAGE ? ids.reverse() : undefined,
        total: page.totalCount,
      };
    } catch (error) {
      // The user that the page before ended with was deleted meanwhile.
      if (error instanceof UnprocessableError && others.length > 0) return this.listUsers(others);
      throw error;
    }
  }

  /** Which of these subjects, at most 100, Clerk lists. A subject that isn't listed may still exist: ask `getUser`. */
  async listed(subjects: readonly string[]): Promise<Set<string>> {
    const query = { userId: [...subjects], limit: subjects.length };
    const page = await this.list(query);
    return new Set(page.data.map(({ id }) => id));
  }

  /** The instance's public keys. */
  async jwks(): Promise<unknown[]> {
    try {
      const { keys } = (await this.measured('getJwks', () =>
        within(JWKS_TIMEOUT_MS, this.client.jwks.getJwks()),
      )) as { keys?: unknown };
      if (!Array.isArray(keys)) throw new TypeError('The JWKS has no keys');
      return keys as unknown[];
    } catch (error) {
      throw this.unavailable('getJwks', error);
    }
  }

  private async callForUser(
    subject: string,
    name: Operation,
    request: () => Promise<{ raw: unknown }>,
    budgetMs: number,
  ): Promise<ClerkUser | undefined> {
    const answer = await this.call(name, request, budgetMs);
    if (answer === undefined) return undefined;
    const user = readClerkUser(answer.raw);
    // Somebody else's user would be as wrong as none: a proxy that mixes up answers must not mix up accounts.
    if (user?.clerkId !== subject) throw this.unavailable(name, new TypeError('The answer is not this user'));
    return user;
  }

  /** An answer that isn't a list says nothing of who exists, so it is no empty list. */
  private async list(query: Parameters<ClerkClient['users']['getUserList']>[0]) {
    const page = await this.call('getUserList', () => this.client.users.getUserList(query), BUDGET_MS);
    if (!Array.isArray(page?.data))
      throw this.unavailable('getUserList', new TypeError('The answer is no list'));
    return page;
  }

  /** The answer of a request, repeated within the budget while the fault may pass; undefined for a 404. */
  private async call<T>(
    name: Operation,
    request: () => Promise<T>,
    budgetMs: number,
  ): Promise<T | undefined> {
    const deadline = Date.now() + budgetMs;
    for (let attempt = 0; ; attempt++) {
      try {
        const timeout = attempt === 0 ? CALL_TIMEOUT_MS : Math.min(CALL_TIMEOUT_MS, deadline - Date.now());
        const answer = await this.measured(name, () => within(timeout, request()));
        if (answer === undefined || answer === null) throw new TypeError('The answer is empty');
        return answer;
      } catch (error) {
        const { status, retryAfter, code } = failureOf(error);
        // A proxy's 404, or that of a wrong address, is no word of Clerk's on a user.
        if (status === 404 && code === NOT_FOUND) return undefined;
        if (status === 422) throw new UnprocessableError(undefined, { cause: error });
        const backoff = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
        const pause = Math.max(backoff, (retryAfter ?? 0) * 1000);
        if (!isTransient(status) || Date.now() + pause >= deadline) throw this.unavailable(name, error);
        await sleep(pause);
      }
    }
  }

  private async measured<T>(operation: Operation, attempt: () => Promise<T>): Promise<T> {
    const end = this.metrics.clerkRequests.startTimer({ operation });
    try {
      const answer = await this.traces.span(
        `Clerk ${operation}`,
        'CLIENT',
        { 'peer.service': 'clerk' },
        attempt,
      );
      end({ outcome: 'ok' });
      return answer;
    } catch (error) {
      end({ outcome: outcomeOf(failureOf(error)) });
      throw error;
    }
  }

  private unavailable(call: string, error: unknown): ProblemError {
    const { status, code, retryAfter } = failureOf(error);
    this.logger.error({ msg: 'Clerk call failed', call, status, code });
    return new ProblemError('dependency_unavailable', undefined, {
      cause: error,
      ...(retryAfter && { retryAfterSeconds: Math.min(retryAfter, LONGEST_RETRY_AFTER_SECONDS) }),
    });
  }
}

interface Failure {
  /** Of the answer; undefined when there was none: refused, reset, timed out. */
  status?: number | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  code?: string | undefined;
}

function failureOf(error: unknown): Failure {
  if (!isClerkAPIResponseError(error)) return { code: error instanceof Error ? error.name : undefined };
  // The types promise a status; with a refused connection there is none.
  const status = error.status as number | undefined;
  return { status, retryAfter: error.retryAfter, code: error.errors[0]?.code };
}

function outcomeOf({ status, code }: Failure): (typeof OUTCOMES)[number] {
  if (status === 404 && code === NOT_FOUND) return 'not_found';
  if (status === 422) return 'invalid';
  return isTransient(status) ? 'unavailable' : 'refused';
}

function isTransient(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

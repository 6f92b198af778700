import { setTimeout as sleep } from 'node:timers/promises';
import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ProblemError } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { type ClerkUser, readClerkUser } from './clerk-user.js';

/** The Backend API client has neither a timeout nor retries of its own. */
const CALL_TIMEOUT_MS = 3000;
const BUDGET_MS = 8000;
const JWKS_TIMEOUT_MS = 5000;
const FIRST_PAUSE_MS = 100;
const LIST_PAGE = 500;

/** Clerk's 422: it understood the call and refuses a parameter. */
class UnprocessableError extends Error {}

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

  constructor(@Inject(CONFIG) { clerk }: Config) {
    this.client = createClerkClient({
      secretKey: clerk.secretKey,
      apiUrl: clerk.apiUrl,
      telemetry: { disabled: true },
    });
  }

  /** The user as Clerk knows it now; undefined when Clerk has no such user. At most 8 s, retries included. */
  async getUser(subject: string): Promise<ClerkUser | undefined> {
    return this.callForUser('getUser', () => this.client.users.getUser(subject), BUDGET_MS);
  }

  /**
   * Changes names in Clerk; answers as `getUser`. Not repeated: Clerk allows few changes of one user.
   * @throws ProblemError `validation_failed` for a name Clerk refuses
   */
  async updateNames(subject: string, names: Names): Promise<ClerkUser | undefined> {
    try {
      return await this.callForUser('updateUser', () => this.client.users.updateUser(subject, names), 0);
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
      const page = await this.call('getUserList', () => this.client.users.getUserList(query), BUDGET_MS);
      const ids = page?.data.map(({ id }) => id) ?? [];
      return {
        users: page?.data.flatMap(({ raw }) => readClerkUser(raw) ?? []) ?? [],
        next: ids.length === LIST_PAGE ? ids.reverse() : undefined,
        total: page?.totalCount ?? 0,
      };
    } catch (error) {
      // The user that the page before ended with was deleted meanwhile.
      if (error instanceof UnprocessableError && others.length > 0) return this.listUsers(others);
      throw error instanceof UnprocessableError ? this.unavailable('getUserList', error) : error;
    }
  }

  /** Which of these subjects, at most 100, Clerk lists. A subject that isn't listed may still exist: ask `getUser`. */
  async listed(subjects: readonly string[]): Promise<Set<string>> {
    const query = { userId: [...subjects], limit: subjects.length };
    const page = await this.call('getUserList', () => this.client.users.getUserList(query), BUDGET_MS);
    return new Set(page?.data.map(({ id }) => id));
  }

  /** The instance's public keys. */
  async jwks(): Promise<{ kid: string }[]> {
    try {
      const { keys } = (await within(JWKS_TIMEOUT_MS, this.client.jwks.getJwks())) as { keys?: unknown };
      if (!Array.isArray(keys)) throw new TypeError('The JWKS has no keys');
      return keys as { kid: string }[];
    } catch (error) {
      throw this.unavailable('getJwks', error);
    }
  }

  private async callForUser(
    name: string,
    request: () => Promise<{ raw: unknown }>,
    budgetMs: number,
  ): Promise<ClerkUser | undefined> {
    const answer = await this.call(name, request, budgetMs);
    if (answer === undefined) return undefined;
    const user = readClerkUser(answer.raw);
    if (user === undefined) throw this.unavailable(name, new TypeError('The answer is not a user'));
    return user;
  }

  /** The answer of a request, repeated within the budget while the fault may pass; undefined for a 404. */
  private async call<T>(name: string, request: () => Promise<T>, budgetMs: number): Promise<T | undefined> {
    const deadline = Date.now() + budgetMs;
    for (let attempt = 0; ; attempt++) {
      try {
        const timeout = attempt === 0 ? CALL_TIMEOUT_MS : Math.min(CALL_TIMEOUT_MS, deadline - Date.now());
        return await within(timeout, request());
      } catch (error) {
        const { status, retryAfter } = failureOf(error);
        if (status === 404) return undefined;
        if (status === 422) throw new UnprocessableError('Clerk refused the parameters', { cause: error });
        const backoff = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
        const pause = Math.max(backoff, (retryAfter ?? 0) * 1000);
        if (!isTransient(status) || Date.now() + pause >= deadline) throw this.unavailable(name, error);
        await sleep(pause);
      }
    }
  }

  private unavailable(call: string, error: unknown): ProblemError {
    const { status, code } = failureOf(error);
    this.logger.error({ msg: 'Clerk call failed', call, status, code });
    return new ProblemError('dependency_unavailable', undefined, { cause: error });
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

function isTransient(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

/** Rejects after `ms`. The request itself can't be cancelled; its late answer is dropped. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const timeout = sleep(Math.max(ms, 1), undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new DOMException('No answer in time', 'TimeoutError');
  });
  // Aborting the timer rejects it; nobody waits for it then.
  timeout.catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}

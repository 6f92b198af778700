import { setTimeout as sleep } from 'node:timers/promises';
import { ClerkAPIResponseError } from '@clerk/backend/errors';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { type Backoff, backoff } from '../common/backoff.js';
import { Metrics } from '../common/observability/metrics.js';
import { ProblemError } from '../common/problem.js';
import { Slots } from '../common/slots.js';
import { Traces } from '../common/observability/traces.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { isKeyRefused, KEY_REFUSED } from './clerk-failure.js';

/** The API version whose shapes are read here: that of @clerk/backend 3.25. */
const API_VERSION = '2026-05-12';
const ATTEMPT_TIMEOUT_MS = 3000;
const BACKOFF: Backoff = { firstMs: 100, maxMs: Number.POSITIVE_INFINITY, jitter: [0.5, 1.5] };
const MAX_RETRY_AFTER_SECONDS = 60;
/** Concurrent calls about users: a Clerk that hangs must not accumulate connections. */
const MAX_CONCURRENT = 50;
/** Twice a page of 500 users with all their metadata. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const NOT_FOUND = 'resource_not_found';

const OPERATIONS = [
  'getUser',
  'updateUser',
  'deleteUser',
  'getUserList',
  'getUserCount',
  'getJwks',
  'getInstance',
] as const;
type Operation = (typeof OPERATIONS)[number];
const OUTCOMES = ['ok', 'not_found', 'invalid', 'refused', 'unavailable'] as const;

const errorsSchema = z.looseObject({
  errors: z.array(z.looseObject({ code: z.string(), message: z.string().default('') })),
});

/** A call of the Backend API. `path` follows `/v1`; a list in `query` repeats the parameter. */
export interface ClerkCall {
  operation: Operation;
  method: 'GET' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | readonly string[]>>;
  body?: object;
}

/** Clerk's 422: it refuses a parameter of the call. Callers that don't expect it treat it as no answer. */
export class UnprocessableError extends ProblemError {
  constructor(detail: string | undefined, options: { cause: unknown }) {
    super('dependency_unavailable', detail, options);
  }
}

/**
 * Calls Clerk's Backend API. The client of @clerk/backend accepts neither a deadline nor a signal, so
 * its requests to a Clerk that hangs last for minutes (docs/decisions/0025). Here a timeout closes the
 * connection.
 */
@Injectable()
export class ClerkApi {
  private readonly logger = new Logger(ClerkApi.name);
  private readonly slots = new Slots(MAX_CONCURRENT);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly traces: Traces,
  ) {
    this.metrics.expectClerkRequests(OPERATIONS, OUTCOMES);
  }

  /**
   * The JSON of an answer; undefined for a 404 by Clerk. Transient faults are retried within the budget.
   * @throws UnprocessableError; ProblemError `dependency_unavailable`
   */
  async ask(call: ClerkCall, budgetMs: number): Promise<unknown> {
    const deadline = performance.now() + budgetMs;
    for (let attempt = 0; ; attempt++) {
      const left = attempt === 0 ? ATTEMPT_TIMEOUT_MS : deadline - performance.now();
      const signal = AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(ATTEMPT_TIMEOUT_MS, left))));
      try {
        return await this.measured(call, () => this.slots.run(() => this.send(call, signal), signal));
      } catch (error) {
        const { status, retryAfter, code } = failureOf(error);
        // A 404 by a proxy or of a wrong URL doesn't say that Clerk lacks the user.
        if (status === 404 && code === NOT_FOUND) return undefined;
        if (status === 422) throw new UnprocessableError(undefined, { cause: error });
        const pause = Math.max(backoff(attempt, BACKOFF), (retryAfter ?? 0) * 1000);
        if (!isTransient(status) || performance.now() + pause >= deadline)
          throw this.unavailable(call.operation, error);
        await sleep(pause);
      }
    }
  }

  /**
   * The JSON of the answer to one attempt, without a slot: the proof of the Clerk instance must not wait
   * for other calls.
   * @throws ProblemError `dependency_unavailable` for every other outcome
   */
  async askOnce(call: ClerkCall, timeoutMs: number): Promise<unknown> {
    try {
      return await this.measured(call, () => this.send(call, AbortSignal.timeout(timeoutMs)));
    } catch (error) {
      throw this.unavailable(call.operation, error);
    }
  }

  /** Logs a failed call and returns the problem to throw. */
  unavailable(operation: Operation, error: unknown): ProblemError {
    const { status, code, retryAfter } = failureOf(error);
    const advice = isKeyRefused(error) ? KEY_REFUSED : undefined;
    this.logger.error({ msg: 'Clerk call failed', call: operation, status, code, advice });
    return new ProblemError('dependency_unavailable', undefined, {
      cause: error,
      ...(retryAfter && { retryAfterSeconds: Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) }),
    });
  }

  private async send({ method, path, query = {}, body }: ClerkCall, signal: AbortSignal): Promise<unknown> {
    const { apiUrl, secretKey } = this.config.clerk;
    const url = new URL(`${apiUrl}/v1${path}`);
    for (const [name, values] of Object.entries(query))
      for (const value of [values].flat()) url.searchParams.append(name, value);
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'clerk-api-version': API_VERSION,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    const text = await readText(response);
    if (response.ok) return JSON.parse(text);
    throw new ClerkAPIResponseError(`Clerk answered with ${response.status}`, {
      data: errorsOf(text),
      status: response.status,
      retryAfter: retryAfterOf(response),
    });
  }

  private async measured<T>({ operation }: ClerkCall, attempt: () => Promise<T>): Promise<T> {
    const end = this.metrics.clerkRequests.startTimer({ operation });
    try {
      const attributes = { 'peer.service': 'clerk' };
      const answer = await this.traces.span(`Clerk ${operation}`, 'CLIENT', attributes, attempt);
      end({ outcome: 'ok' });
      return answer;
    } catch (error) {
      end({ outcome: outcomeOf(failureOf(error)) });
      throw error;
    }
  }
}

/** The body as text. A body above the limit is cancelled, and its connection closed. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > MAX_ANSWER_BYTES) throw new RangeError('The answer is too long');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString();
}

/** The errors in Clerk's error body; empty for the page of a proxy. */
function errorsOf(text: string): { code: string; message: string }[] {
  try {
    return errorsSchema.parse(JSON.parse(text)).errors;
  } catch {
    return [];
  }
}

/** Seconds; 0 for none. */
function retryAfterOf({ headers }: Response): number {
  return Math.max(0, Number.parseInt(headers.get('retry-after') ?? '', 10) || 0);
}

interface Failure {
  /** The answer's status; undefined without a readable answer: refused, reset, timed out, not JSON. */
  status?: number | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  code?: string | undefined;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ClerkAPIResponseError))
    return { code: error instanceof Error ? error.name : undefined };
  const { status, retryAfter, errors } = error;
  return { status, retryAfter, code: errors[0]?.code };
}

function outcomeOf({ status, code }: Failure): (typeof OUTCOMES)[number] {
  if (status === 404 && code === NOT_FOUND) return 'not_found';
  if (status === 422) return 'invalid';
  return isTransient(status) ? 'unavailable' : 'refused';
}

function isTransient(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../store/faults.ts';
import type { DeliveryAttempt } from '../store/messages.ts';

/** Svix's. */
const ATTEMPT_TIMEOUT_MS = 15_000;
const BODY_KEPT_CHARACTERS = 4096;

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookAnswer {
  status: number;
  body: string;
  headers: Headers;
}

export type Outcome = Pick<DeliveryAttempt, 'durationMs' | 'status' | 'error' | 'answer'>;

/** Sends a request as Svix does: a redirect is not followed. Rejects without an answer within 15 s. */
export async function post(request: WebhookRequest, closing: AbortSignal): Promise<WebhookAnswer> {
  const { url, headers, body } = request;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
  const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** The same with a fault of the network or of the endpoint, recorded. Never rejects. */
export async function attempt(
  request: WebhookRequest,
  fault: Fault | undefined,
  closing: AbortSignal,
): Promise<Outcome> {
  const begin = performance.now();
  const durationMs = () => Math.round(performance.now() - begin);
  try {
    const answer = (fault && (await faultyAnswer(fault, closing))) ?? (await post(request, closing));
    if (fault?.mode === 'lose-answer') throw new Error('fault: the answer was lost');
    const headers = Object.fromEntries(answer.headers);
    const body = answer.body.slice(0, BODY_KEPT_CHARACTERS);
    return { durationMs: durationMs(), status: answer.status, answer: { headers, body } };
  } catch (error) {
    return { durationMs: durationMs(), status: null, error: describe(error), answer: null };
  }
}

/** In place of the endpoint's answer. Undefined: the endpoint is asked. */
async function faultyAnswer(fault: Fault, closing: AbortSignal): Promise<WebhookAnswer | undefined> {
  const { mode, status, retryAfter, delayMs = 1000 } = fault;
  const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
  switch (mode) {
    case 'status':
      return { status: status ?? 500, body: '', headers };
    case 'html':
      headers.set('content-type', 'text/html; charset=utf-8');
      return { status: status ?? 502, body: '<!doctype html><title>Bad gateway</title>', headers };
    case 'refuse':
      throw new Error('fault: the connection was refused');
    case 'hang':
      await once(AbortSignal.any([closing, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]), 'abort');
      throw new Error('fault: no answer within 15 s');
    case 'slow':
      await wait(delayMs, undefined, { ref: false, signal: closing });
      return undefined;
    case 'lose-answer':
      return undefined;
  }
}

// The message of fetch is "fetch failed"; the reason (ECONNREFUSED …) is in its cause.
function describe(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return [message, cause?.message].filter((text) => text !== undefined).join(': ');
}

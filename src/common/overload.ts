import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.js';

const SAMPLE_EVERY_MS = 1000;
const RETRY_AFTER_SECONDS = 2;
/** Of the heap that Node allows itself. Behind it, it does little else than collect garbage. */
const FULL_HEAP = 0.95;

/**
 * Answers 503 `overloaded` while the event loop lags by more than `delayMs` in the mean of a second, or the heap is full: a
 * quick no is better than a late answer. 0 switches it off; the routes in `always` are answered all the same.
 */
export async function shedLoad(
  instance: FastifyInstance,
  delayMs: number,
  always: ReadonlySet<string>,
): Promise<void> {
  if (delayMs === 0) return;
  await instance.register(underPressure, {
    maxEventLoopDelay: delayMs,
    maxHeapUsedBytes: getHeapStatistics().heap_size_limit * FULL_HEAP,
    sampleInterval: SAMPLE_EVERY_MS,
    pressureHandler: ({ routeOptions: { url } }) =>
      url !== undefined && always.has(url)
        ? undefined
        : Promise.reject(
            new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }),
          ),
  });
}

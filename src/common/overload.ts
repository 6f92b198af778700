import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.js';

/** Asked by machines all the time, and all the more when there is trouble: neither counted nor turned away. */
export const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

const SAMPLE_EVERY_MS = 1000;
const RETRY_AFTER_SECONDS = 2;
/** Of the heap that Node allows itself. Behind it, it does little else than collect garbage. */
const FULL_HEAP = 0.95;

/**
 * Answers 503 `overloaded` while the event loop lags by more than `delayMs` in the mean of a second, or the heap is full: a
 * quick no is better than a late answer. 0 switches it off.
 */
export async function shedLoad(instance: FastifyInstance, delayMs: number): Promise<void> {
  if (delayMs === 0) return;
  await instance.register(underPressure, {
    maxEventLoopDelay: delayMs,
    // Not its own check of the memory, which asks the system and ends the process when there are no file descriptors left.
    healthCheck: () => Promise.resolve(!isHeapFull()),
    healthCheckInterval: SAMPLE_EVERY_MS,
    sampleInterval: SAMPLE_EVERY_MS,
    pressureHandler: ({ routeOptions: { url } }) =>
      url !== undefined && ALWAYS_ANSWERED.has(url)
        ? undefined
        : Promise.reject(
            new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }),
          ),
  });
}

function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used > limit * FULL_HEAP;
}

import { totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { ProblemError } from '../problem.js';

/** Asked by machines all the time, and all the more when there is trouble: neither counted nor turned away. */
export const PROBE_ROUTES: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

const SAMPLE_EVERY_MS = 1000;
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
const RETRY_AFTER_SECONDS = 2;
/** Of the heap that Node allows itself. Behind it, it does little else than collect garbage. */
const FULL_HEAP = 0.95;
/** Of the container's memory, unless `OVERLOAD_RSS_BYTES` says how much. */
const FULL_CONTAINER = 0.8;

/**
 * Answers 503 `overloaded` while the event loop lags by more than `overloadEventLoopDelayMs` in the mean of a second, the heap is
 * full, or the process holds more memory than `overloadRssBytes`: a quick no is better than a late answer. 0 switches a check off,
 * that of the heap with that of the loop.
 */
export function shedLoad(instance: FastifyInstance, config: Config): void {
  const { overloadEventLoopDelayMs: delayMs } = config;
  const rssBytes = config.overloadRssBytes ?? shareOfContainer(process.constrainedMemory(), totalmem());
  if (delayMs === 0 && rssBytes === 0) return;

  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  /** Without a sample the loop has stood still for the whole time: the mean is not a number then. */
  const isLate = () => !(lag.mean / NS_PER_MS - RESOLUTION_MS <= delayMs);
  const isFull = () => rssBytes > 0 && residentBytes() > rssBytes;
  let isOverloaded = isFull();
  const timer = setInterval(() => {
    isOverloaded = (delayMs > 0 && (isLate() || isHeapFull())) || isFull();
    lag.reset();
  }, SAMPLE_EVERY_MS).unref();
  instance.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    lag.disable();
    done();
  });
  instance.addHook('onRequest', ({ routeOptions: { url } }, _reply, done) => {
    if (!isOverloaded || (url !== undefined && PROBE_ROUTES.has(url))) done();
    else done(new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }));
  });
}

/**
 * How much memory a process may hold, in bytes; 0, no limit, when its container has none.
 * @param constrained by cgroup, as Node reads it: 0 or more than there is when nothing is set
 */
export function shareOfContainer(constrained: number, total: number): number {
  return constrained > 0 && constrained < total ? Math.floor(constrained * FULL_CONTAINER) : 0;
}

function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used > limit * FULL_HEAP;
}

/** Node reads a file for it, which fails when callers hold all file descriptors: no reason to end. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

import { totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { onCloseHookHandler, onRequestHookHandler } from 'fastify';
import type { Config } from '../../config/config.js';
import { ProblemError } from '../problem.js';

/** Exempt from rate limits and load shedding. */
export const PROBE_ROUTES: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

const SAMPLE_EVERY_MS = 1000;
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
const RETRY_AFTER_SECONDS = 2;
/** Share of Node's heap limit above which garbage collection dominates. */
const FULL_HEAP = 0.95;
/** Share of the container's memory, unless `OVERLOAD_RSS_BYTES` is set. */
const FULL_CONTAINER = 0.8;

/**
 * Answers 503 `overloaded` while the event loop lags by more than `overloadEventLoopDelayMs` in the mean of a second, the heap is
 * full, or the process holds more memory than `overloadRssBytes`: a quick no is better than a late answer. 0 switches a check off,
 * that of the heap with that of the loop.
 * @returns the hooks `onRequest` and `onClose`; undefined when all checks are off
 */
export function shedLoad(config: Config) {
  const { overloadEventLoopDelayMs: delayMs } = config;
  const rssBytes = config.overloadRssBytes ?? shareOfContainer(process.constrainedMemory(), totalmem());
  if (delayMs === 0 && rssBytes === 0) return undefined;

  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  /** When the loop stood still for the whole second there is no sample, and the mean is NaN. */
  const isLate = () => !(lag.mean / NS_PER_MS - RESOLUTION_MS <= delayMs);
  const isFull = () => rssBytes > 0 && residentBytes() > rssBytes;
  let isOverloaded = isFull();
  const timer = setInterval(() => {
    isOverloaded = (delayMs > 0 && (isLate() || isHeapFull())) || isFull();
    lag.reset();
  }, SAMPLE_EVERY_MS).unref();
  const onRequest: onRequestHookHandler = ({ routeOptions: { url } }, _reply, done) => {
    if (!isOverloaded || (url !== undefined && PROBE_ROUTES.has(url))) done();
    else done(new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }));
  };
  const onClose: onCloseHookHandler = (_instance, done) => {
    clearInterval(timer);
    lag.disable();
    done();
  };
  return { onRequest, onClose };
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

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
 * Answers 503 `overloaded` while the mean delay of the event loop over a second exceeds
 * `overloadEventLoopDelayMs`, the heap is full, or the process holds more memory than
 * `overloadRssBytes`. 0 switches a check off, that of the heap together with that of the loop.
 * @returns the hooks `onRequest` and `onClose`; undefined when all checks are off
 */
export function shedLoad(config: Config) {
  const { overloadEventLoopDelayMs: delayMs } = config;
  const rssBytes = config.overloadRssBytes ?? shareOfContainer(process.constrainedMemory(), totalmem());
  if (delayMs === 0 && rssBytes === 0) return undefined;

  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  /** A loop that was blocked for the whole second has no sample, and the mean is NaN. */
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
 * How much memory the process may hold, in bytes; 0 (no limit) without a limit of its container.
 * @param constrained the cgroup's limit, by Node; 0 or more than `total` without one
 */
export function shareOfContainer(constrained: number, total: number): number {
  return constrained > 0 && constrained < total ? Math.floor(constrained * FULL_CONTAINER) : 0;
}

function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used > limit * FULL_HEAP;
}

/** Node reads a file for it, which fails without free file descriptors; the process must go on. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

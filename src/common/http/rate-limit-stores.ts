import type { Redis, Result } from 'ioredis';
import { LRUCache } from 'lru-cache';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countInWindow(key: string, windowMs: number, increment: 0 | 1): Result<[number, number], Context>;
  }
}

/** The window of a key: its requests so far, and when it ends, by `performance.now()`. */
export interface Window {
  current: number;
  endsAt: number;
}

/** Callers of a scope that an instance counts at a time; beyond it the least recent ones are dropped. */
const REMEMBERED_CALLERS = 50_000;
const KEY_PREFIX = 'roavelo:limit:';

/**
 * Shortens a key that lives longer than a window: Redis stores the time at which a key expires, so callers
 * would be locked out for as long as Redis's clock was set back. A key without an expiry gets one.
 */
const COUNT_IN_WINDOW = `
local window = tonumber(ARGV[1])
local current = ARGV[2] == '1' and redis.call('INCR', KEYS[1]) or tonumber(redis.call('GET', KEYS[1]) or '0')
local ttl = redis.call('PTTL', KEYS[1])
if current > 0 and (ttl < 0 or ttl > window) then
  redis.call('PEXPIRE', KEYS[1], window)
  ttl = window
end
return {current, math.max(ttl, 0)}
`;

/** Redis failed or could not be reached. Only for this error are limits counted in memory. */
export class RedisAway extends Error {
  constructor(cause: unknown) {
    super('Redis did not count', { cause });
    this.name = 'RedisAway';
  }
}

/** Windows of one scope, in memory. They begin with a caller's first request. */
export class MemoryWindows {
  private readonly windows = new LRUCache<string, Window>({ max: REMEMBERED_CALLERS });

  constructor(private readonly windowMs: number) {}

  count(key: string, isCounted: boolean): Window {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { current: 0, endsAt: now + this.windowMs };
      if (isCounted) this.windows.set(key, window);
    }
    if (isCounted) window.current += 1;
    return window;
  }
}

/** Windows in Redis, for all instances together. */
export class RedisWindows {
  constructor(
    private readonly redis: Redis,
    private readonly windowMs: number,
    private readonly deadlineMs: number,
  ) {
    redis.defineCommand('countInWindow', { numberOfKeys: 1, lua: COUNT_IN_WINDOW });
  }

  /** @throws RedisAway also when the answer takes longer than the deadline */
  async count(key: string, isCounted: boolean): Promise<Window> {
    try {
      const answer = this.redis.countInWindow(KEY_PREFIX + key, this.windowMs, isCounted ? 1 : 0);
      const [current, ttl] = await inTime(answer, this.deadlineMs);
      return { current, endsAt: performance.now() + ttl };
    } catch (error) {
      throw new RedisAway(error);
    }
  }
}

/**
 * Rejects when there is no answer in time. A blocked event loop runs its timers before it reads sockets,
 * so an answer that has arrived is read first: a slow instance must not treat Redis as away.
 */
function inTime<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => setImmediate(reject, new Error('Redis did not answer in time')));
    }, deadlineMs);
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

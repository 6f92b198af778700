import type { Redis, Result } from 'ioredis';
import { LRUCache } from 'lru-cache';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countInWindow(key: string, windowMs: number, increment: 0 | 1): Result<[number, number], Context>;
  }
}

/** Requests so far in the window of a key, and the rest of the window in ms. */
interface Window {
  current: number;
  ttl: number;
}
type Callback = (error: Error | null, window?: Window) => void;

/** Callers that an instance counts at the same time; beyond it the least recent ones are dropped. */
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

/** Windows of one limiter in memory, by the monotonic clock of lru-cache (`performance.now()`). */
export class MemoryStore {
  private readonly windows = new LRUCache<string, { current: number }>({ max: REMEMBERED_CALLERS });

  incr(key: string, callback: Callback, windowMs: number): void {
    let window = this.windows.get(key);
    if (window === undefined) {
      window = { current: 0 };
      this.windows.set(key, window, { ttl: windowMs });
    }
    window.current += 1;
    callback(null, { current: window.current, ttl: this.windows.getRemainingTTL(key) });
  }

  read(key: string, callback: Callback): void {
    const current = this.windows.get(key)?.current ?? 0;
    callback(null, { current, ttl: current === 0 ? 0 : this.windows.getRemainingTTL(key) });
  }

  child(): MemoryStore {
    return new MemoryStore();
  }
}

/**
 * The class of a store that counts in this Redis, for all instances. Its errors are `RedisAway`, also
 * when the answer takes more than `deadlineMs`.
 */
export function redisStore(redis: Redis, deadlineMs: number) {
  redis.defineCommand('countInWindow', { numberOfKeys: 1, lua: COUNT_IN_WINDOW });
  const count = (key: string, windowMs: number, increment: 0 | 1, callback: Callback) => {
    inTime(redis.countInWindow(KEY_PREFIX + key, windowMs, increment), deadlineMs).then(
      ([current, ttl]) => {
        callback(null, { current, ttl });
      },
      (error: unknown) => {
        callback(new RedisAway(error));
      },
    );
  };
  return class RedisStore {
    incr(key: string, callback: Callback, windowMs: number): void {
      count(key, windowMs, 1, callback);
    }

    read(key: string, callback: Callback, windowMs: number): void {
      count(key, windowMs, 0, callback);
    }

    child(): this {
      return this;
    }
  };
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

import { hash } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { callerAddress } from './client-address.js';
import { AvailabilityLog } from '../observability/availability-log.js';
import { Metrics } from '../observability/metrics.js';
import { ProblemError } from '../problem.js';
import { MemoryWindows, RedisAway, RedisWindows, type Window } from './rate-limit-stores.js';

/**
 * What is counted: requests without a token and those with a bad one, by their address; those with a good
 * token by its subject, its expensive calls besides; and refused deliveries of webhooks by their address.
 */
export type RateLimitScope = 'address' | 'refused' | 'subject' | 'expensive' | 'delivery';

const BY_SUBJECT: ReadonlySet<RateLimitScope> = new Set(['subject', 'expensive']);
/** Divides the limit for calls marked `expensive`. */
const EXPENSIVE_SHARE = 10;
const REDIS_DEADLINE_MS = 250;
/** A connection without an answer for so long is closed, so that a reconnect finds the new primary. */
const REDIS_SILENCE_MS = 1000;
/** How long Redis isn't asked after a failure: a Redis that hangs must not slow down every request. */
const REDIS_PAUSE_MS = 1000;
const MAX_RECONNECT_PAUSE_MS = 5000;

/** At once when counted in memory. */
type MaybePromise<T> = T | Promise<T>;

/**
 * Counts requests in windows: in Redis for all instances together, or in memory without Redis or while
 * it is away.
 */
@Injectable()
export class RateLimits implements OnModuleInit, OnApplicationShutdown {
  private redis: Redis | undefined;
  private inRedis: RedisWindows | undefined;
  /** By scope: a flood from many addresses must not push out the windows of subjects. */
  private readonly inMemory = new Map<RateLimitScope, MemoryWindows>();
  /** By `performance.now()`, because the system's clock can be set back. */
  private redisAwayUntil = 0;
  private readonly availability = new AvailabilityLog(new Logger(RateLimits.name), {
    away: 'Redis is away, limits are counted in memory',
    back: 'Redis is back',
  });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  async onModuleInit(): Promise<void> {
    const { redisUrl, rateLimit } = this.config;
    if (redisUrl === undefined || rateLimit.max === 0) return;
    const redis = await createClient(redisUrl);
    this.redis = redis;
    this.inRedis = new RedisWindows(redis, rateLimit.windowMs, REDIS_DEADLINE_MS);
    // Without a listener, a failed connection would end the process.
    redis.on('error', (error: unknown) => {
      this.availability.note(error);
    });
    void redis.connect().catch(() => undefined);
  }

  /**
   * Counts a request, or with `isCounted: false` only checks whether there were too many before.
   * @throws ProblemError `rate_limited`
   */
  check(scope: RateLimitScope, request: FastifyRequest, { isCounted = true } = {}): MaybePromise<void> {
    const window = this.windowOf(scope, request, isCounted);
    if (!(window instanceof Promise)) this.refuseExceeded(scope, window);
    else
      return window.then((found) => {
        this.refuseExceeded(scope, found);
      });
  }

  /** Whether the budget of this window is used up. Counts nothing. */
  async isUsedUp(scope: RateLimitScope, request: FastifyRequest): Promise<boolean> {
    const window = await this.windowOf(scope, request, false);
    return window !== undefined && window.current >= this.maxOf(scope);
  }

  /** Counts and returns the problem for too many concurrent requests of a caller. */
  tooManyConcurrent(scope: RateLimitScope, max: number): ProblemError {
    this.metrics.rateLimited.inc({ scope });
    return new ProblemError('rate_limited', undefined, {
      headers: {
        'ratelimit-policy': `"${scope}";q=${max};qu="concurrent-requests"`,
        ratelimit: `"${scope}";r=0;t=1`,
      },
    });
  }

  /** Counts a request without refusing it; later ones may be refused. */
  async count(scope: RateLimitScope, request: FastifyRequest): Promise<void> {
    await this.windowOf(scope, request, true);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Undefined without limits. */
  private windowOf(
    scope: RateLimitScope,
    request: FastifyRequest,
    isCounted: boolean,
  ): MaybePromise<Window | undefined> {
    if (this.config.rateLimit.max === 0) return undefined;
    const subject = BY_SUBJECT.has(scope) ? (request.context.caller?.subject ?? '') : undefined;
    if (this.inRedis === undefined)
      return this.countInMemory(scope, subject ?? callerAddress(request), isCounted);
    // Clerk ids must not be stored in Redis.
    const caller = subject === undefined ? callerAddress(request) : hash('sha256', subject, 'base64url');
    return this.askRedis(this.inRedis, scope, caller, isCounted);
  }

  private countInMemory(scope: RateLimitScope, caller: string, isCounted: boolean): Window {
    let windows = this.inMemory.get(scope);
    if (windows === undefined) {
      windows = new MemoryWindows(this.config.rateLimit.windowMs);
      this.inMemory.set(scope, windows);
    }
    return windows.count(caller, isCounted);
  }

  private async askRedis(
    inRedis: RedisWindows,
    scope: RateLimitScope,
    caller: string,
    isCounted: boolean,
  ): Promise<Window> {
    if (performance.now() >= this.redisAwayUntil) {
      try {
        const window = await inRedis.count(`${scope}:${caller}`, isCounted);
        this.availability.note();
        return window;
      } catch (error) {
        // Our own faults say nothing about Redis.
        if (!(error instanceof RedisAway)) throw error;
        this.availability.note(error.cause);
        this.redisAwayUntil = performance.now() + REDIS_PAUSE_MS;
      }
    }
    this.metrics.rateLimitFallbacks.inc();
    return this.countInMemory(scope, caller, isCounted);
  }

  private refuseExceeded(scope: RateLimitScope, window: Window | undefined): void {
    const max = this.maxOf(scope);
    if (window === undefined || window.current <= max) return;
    this.metrics.rateLimited.inc({ scope });
    const seconds = Math.max(Math.ceil((window.endsAt - performance.now()) / 1000), 1);
    throw new ProblemError('rate_limited', undefined, {
      retryAfterSeconds: seconds,
      // draft-ietf-httpapi-ratelimit-headers-10
      headers: {
        'ratelimit-policy': `"${scope}";q=${max};w=${Math.ceil(this.config.rateLimit.windowMs / 1000)}`,
        ratelimit: `"${scope}";r=0;t=${seconds}`,
      },
    });
  }

  private maxOf(scope: RateLimitScope): number {
    const { max } = this.config.rateLimit;
    return scope === 'expensive' ? Math.max(1, Math.floor(max / EXPENSIVE_SHARE)) : max;
  }
}

/** Loads ioredis, which most instances don't need. */
async function createClient(url: string): Promise<Redis> {
  const { Redis } = await import('ioredis');
  return new Redis(url, {
    lazyConnect: true,
    // Commands are not queued while Redis is away: limits are counted in memory.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: REDIS_DEADLINE_MS * 4,
    socketTimeout: REDIS_SILENCE_MS,
    // A demoted primary keeps its connections: only a new one to the same name finds the new primary.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
    retryStrategy: (attempt) => Math.min(attempt * REDIS_DEADLINE_MS, MAX_RECONNECT_PAUSE_MS),
  });
}

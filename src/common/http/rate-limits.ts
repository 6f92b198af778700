import { hash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Redis } from 'ioredis';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { callerAddress } from './client-address.js';
import { AvailabilityLog } from '../observability/availability-log.js';
import { Metrics } from '../observability/metrics.js';
import { ProblemError } from '../problem.js';
import { MemoryStore, RedisAway, redisStore } from './rate-limit-stores.js';

/**
 * What is counted: requests without a token and those with a bad one, by their address; those with a good
 * token by its subject, its expensive calls besides; and refused deliveries of webhooks by their address.
 */
export type RateLimitScope = 'address' | 'refused' | 'subject' | 'expensive' | 'delivery';

/** Divides the limit for calls marked `expensive`. */
const EXPENSIVE_SHARE = 10;
const REDIS_DEADLINE_MS = 250;
/** A connection without an answer for so long is closed, so that a reconnect finds the new primary. */
const REDIS_SILENCE_MS = 1000;
/** How long Redis isn't asked after a failure: a Redis that hangs must not slow down every request. */
const REDIS_PAUSE_MS = 1000;
const MAX_RECONNECT_PAUSE_MS = 5000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;
type Limiters = Record<RateLimitScope, Limiter>;

/**
 * Counts requests in windows: in Redis for all instances together, or in memory without Redis or while
 * it is away.
 */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly redis: Redis | undefined;
  private inMemory: Limiters | undefined;
  private inRedis: Limiters | undefined;
  /** By `performance.now()`, because the system's clock can be set back. */
  private redisAwayUntil = 0;
  private readonly availability = new AvailabilityLog(new Logger(RateLimits.name), {
    away: 'Redis is away, limits are counted in memory',
    back: 'Redis is back',
  });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {
    if (config.redisUrl !== undefined && config.rateLimit.max > 0) this.redis = connect(config.redisUrl);
    // Without a listener, a failed connection would end the process.
    this.redis?.on('error', (error: unknown) => {
      this.availability.note(error);
    });
  }

  /** Creates the limiters. The plugin has one store, so each store gets a plugin in its own scope. */
  async attach(instance: FastifyInstance): Promise<void> {
    if (this.config.rateLimit.max === 0) return;
    await instance.register(async (scope) => {
      await scope.register(rateLimit, { global: false, store: MemoryStore });
      this.inMemory = this.limitersOf(scope);
    });
    const { redis } = this;
    if (redis === undefined) return;
    void redis.connect().catch(() => undefined);
    await instance.register(async (scope) => {
      await scope.register(rateLimit, { global: false, store: redisStore(redis, REDIS_DEADLINE_MS) });
      this.inRedis = this.limitersOf(scope);
    });
  }

  /**
   * Counts a request, or with `isCounted: false` only checks whether there were too many before.
   * @throws ProblemError `rate_limited`
   */
  async check(scope: RateLimitScope, request: FastifyRequest, { isCounted = true } = {}): Promise<void> {
    const state = await this.ask(scope, request, isCounted);
    if (state === undefined) return;
    if (state.isAllowed || !state.isExceeded) return;

    this.metrics.rateLimited.inc({ scope });
    const seconds = Math.max(state.ttlInSeconds, 1);
    throw new ProblemError('rate_limited', undefined, {
      retryAfterSeconds: seconds,
      // draft-ietf-httpapi-ratelimit-headers-10
      headers: {
        'ratelimit-policy': `"${scope}";q=${state.max};w=${Math.ceil(state.timeWindow / 1000)}`,
        ratelimit: `"${scope}";r=0;t=${seconds}`,
      },
    });
  }

  /** Whether the budget of this window is used up. Counts nothing. */
  async isUsedUp(scope: RateLimitScope, request: FastifyRequest): Promise<boolean> {
    const state = await this.ask(scope, request, false);
    return state !== undefined && !state.isAllowed && state.remaining === 0;
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
    await this.ask(scope, request, true);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private async ask(scope: RateLimitScope, request: FastifyRequest, isCounted: boolean) {
    if (this.inMemory === undefined) return undefined;
    const ask = (limiters: Limiters) => limiters[scope](request, { increment: isCounted });
    return (await this.askRedis(ask)) ?? (await ask(this.inMemory));
  }

  private async askRedis(ask: (limiters: Limiters) => ReturnType<Limiter>) {
    if (this.inRedis === undefined) return undefined;
    if (performance.now() >= this.redisAwayUntil) {
      try {
        const state = await ask(this.inRedis);
        this.availability.note();
        return state;
      } catch (error) {
        // Our own faults say nothing about Redis.
        if (!(error instanceof RedisAway)) throw error;
        this.availability.note(error.cause);
        this.redisAwayUntil = performance.now() + REDIS_PAUSE_MS;
      }
    }
    this.metrics.rateLimitFallbacks.inc();
    return undefined;
  }

  private limitersOf(scope: FastifyInstance): Limiters {
    const { max, windowMs } = this.config.rateLimit;
    const limiter = (name: RateLimitScope, limit: number, key: (request: FastifyRequest) => string) =>
      scope.createRateLimit({
        max: limit,
        timeWindow: windowMs,
        keyGenerator: (request) => `${name}:${key(request)}`,
      });
    return {
      address: limiter('address', max, callerAddress),
      refused: limiter('refused', max, callerAddress),
      delivery: limiter('delivery', max, callerAddress),
      subject: limiter('subject', max, subjectKey),
      expensive: limiter('expensive', Math.max(1, Math.floor(max / EXPENSIVE_SHARE)), subjectKey),
    };
  }
}

/** A hash, because Clerk ids must not be stored in Redis. */
function subjectKey({ context: { caller } }: FastifyRequest): string {
  return hash('sha256', caller?.subject ?? '', 'base64url');
}

function connect(url: string): Redis {
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

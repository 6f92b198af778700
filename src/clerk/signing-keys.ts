import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Background } from '../common/background.js';
import { ProblemError } from '../common/problem.js';
import { RefusedToken } from '../common/refused-token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkInstance } from './clerk-instance.js';

/** The interval of refetches: tokens of a removed key are refused after the next one. */
const REFETCH_EVERY_MS = 5 * 60_000;
/** Without a fetch for this long (the process was stopped, the machine slept), requests wait for one. */
const OVERDUE_AFTER_MS = 2 * REFETCH_EVERY_MS;
/** How long known keys are used while Clerk is away. */
const STALE_AFTER_MS = 24 * 60 * 60_000;
/** The minimum time between the starts of two fetches, however many tokens have an unknown `kid`. */
const PAUSE_MS = 5000;
const UNKNOWN_FOR_MS = 60_000;
const MAX_UNKNOWN_KEYS = 10_000;
/** Requests that wait for a fetch; more get 503 with `Retry-After`. */
const MAX_WAITING = 2000;

/**
 * Clerk's public keys, as PEM, by `kid`. The cache of @clerk/backend has no negative entries, doesn't
 * share concurrent fetches and drops everything after five minutes; so the keys are cached here and
 * passed to it one by one. Ages are measured by the monotonic clock: setting the wall clock back must
 * not stop the fetches.
 */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap {
  private readonly logger = new Logger(SigningKeys.name);
  private readonly unknown = new LRUCache<string, true>({ max: MAX_UNKNOWN_KEYS, ttl: UNKNOWN_FOR_MS });
  private keys: ReadonlyMap<string, string> = new Map();
  private currentAt = -Infinity;
  /** When the last fetch began, by both clocks: the monotonic one may stop while the machine sleeps. */
  private fetchedAt = -Infinity;
  private fetchedOn = -Infinity;
  private fetching: Promise<void> | undefined;
  private waiting = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly instance: ClerkInstance,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.clerk.jwtKey !== undefined) return;
    const task = { name: 'signing_keys', everyMs: REFETCH_EVERY_MS, logger: this.logger };
    this.background.repeat(task, async () => {
      // Before the first token there are no keys to refresh.
      if (this.keys.size > 0) await this.refetch();
    });
  }

  /** Whether a token that this key verified may be accepted again without a new verification. */
  holds(kid: string, key: string): boolean {
    const { jwtKey } = this.config.clerk;
    if (jwtKey !== undefined) return true;
    return this.keys.get(kid) === key && this.age < STALE_AFTER_MS && !this.isOverdue;
  }

  /**
   * The key of a token. With `CLERK_JWT_KEY` there is one key, and no network.
   * @param options.mayAskClerk whether an unknown `kid` may cause a fetch. Without any keys there is
   * always a fetch
   * @throws RefusedToken `signature` for a key that Clerk doesn't have; ProblemError
   * `dependency_unavailable` while that is unknown
   */
  async find(kid: string, { mayAskClerk = true } = {}): Promise<string> {
    const { jwtKey } = this.config.clerk;
    if (jwtKey !== undefined) return jwtKey;

    if (this.keys.size > 0 && this.isOverdue) await this.refetch().catch(() => undefined);
    const known = this.keys.get(kid);
    if (known !== undefined && this.age < STALE_AFTER_MS) return known;
    // A known but stale key may always cause a fetch.
    const mayAsk = mayAskClerk || known !== undefined || this.keys.size === 0;
    if (this.unknown.has(kid) || !mayAsk) throw unknownKey(kid);
    if (this.waiting >= MAX_WAITING)
      throw new ProblemError('dependency_unavailable', undefined, { retryAfterSeconds: PAUSE_MS / 1000 });
    this.waiting++;
    try {
      return await this.findAnew(kid);
    } finally {
      this.waiting--;
    }
  }

  /** A `kid` is unknown only if it is missing in keys fetched after it was first seen. */
  private async findAnew(kid: string): Promise<string> {
    const seenAt = performance.now();
    while (this.currentAt < seenAt && !this.unknown.has(kid)) {
      await this.refetch();
      const key = this.keys.get(kid);
      if (key !== undefined) return key;
    }
    // The keys of another instance don't decide about our tokens.
    if (this.instance.isAnother) throw new ProblemError('dependency_unavailable');
    this.unknown.set(kid, true);
    throw unknownKey(kid);
  }

  private get age(): number {
    return performance.now() - this.currentAt;
  }

  private get isOverdue(): boolean {
    const since = Math.max(performance.now() - this.fetchedAt, Math.abs(Date.now() - this.fetchedOn));
    return since > OVERDUE_AFTER_MS;
  }

  private refetch(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    const pause = this.fetchedAt + PAUSE_MS - performance.now();
    if (pause > 0) await sleep(Math.ceil(pause), undefined, { ref: false });
    const startedAt = performance.now();
    this.fetchedAt = startedAt;
    this.fetchedOn = Date.now();
    // An answer without keys throws, so it never replaces working keys.
    this.keys = await this.instance.signingKeys();
    this.currentAt = startedAt;
  }
}

function unknownKey(kid: string): RefusedToken {
  return new RefusedToken('signature', 'header.kid', { kid });
}

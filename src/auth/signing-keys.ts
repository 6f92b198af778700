import { createPublicKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ProblemError } from '../common/problem.js';
import { ClerkDirectory } from '../users/clerk-directory.js';

/** Known keys are asked for anew this often, in the background of a request. */
const REFRESH_AFTER_MS = 60 * 60_000;
/** How long known keys serve while Clerk is away. */
const STALE_AFTER_MS = 24 * 60 * 60_000;
/** An unknown `kid` asks Clerk at most this often, however many tokens carry one: rotation is rare, forgery isn't. */
const UNKNOWN_KID_PAUSE_MS = 60_000;
const FAILED_FETCH_PAUSE_MS = 1000;

const jwkSchema = z.looseObject({ kid: z.string(), kty: z.string() });

/**
 * Clerk's public keys, as PEM, by `kid`. The cache of @clerk/backend has no negative entries, joins no requests in
 * flight and forgets everything after five minutes, so the keys are kept here and handed to it one by one.
 */
@Injectable()
export class SigningKeys {
  private keys = new Map<string, string>();
  private fetchedAt = -Infinity;
  private failedAt = -Infinity;
  private fetching: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clerk: ClerkDirectory,
  ) {}

  /**
   * The key of a token. With `CLERK_JWT_KEY` there is one key, and no network.
   * @throws ProblemError `invalid_token` for a key Clerk doesn't have, `dependency_unavailable` while that can't be told
   */
  async find(kid: string): Promise<string> {
    const { jwtKey } = this.config.clerk;
    if (jwtKey !== undefined) return jwtKey;

    const known = this.keys.get(kid);
    const age = Date.now() - this.fetchedAt;
    if (known !== undefined && age < STALE_AFTER_MS) {
      if (age > REFRESH_AFTER_MS) void this.refresh().catch(() => undefined);
      return known;
    }
    if (known !== undefined || age > UNKNOWN_KID_PAUSE_MS) await this.refresh();
    const key = this.keys.get(kid);
    if (key === undefined) throw new ProblemError('invalid_token');
    return key;
  }

  /** One fetch at a time; after a failure, none for a second. */
  private refresh(): Promise<void> {
    if (Date.now() - this.failedAt < FAILED_FETCH_PAUSE_MS) {
      return Promise.reject(new ProblemError('dependency_unavailable'));
    }
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      const jwks = await this.clerk.jwks();
      const keys = new Map(jwks.flatMap(pemOf));
      // An answer without keys must not cost the keys that work.
      if (keys.size === 0) throw new ProblemError('dependency_unavailable', undefined);
      this.keys = keys;
      this.fetchedAt = Date.now();
    } catch (error) {
      this.failedAt = Date.now();
      throw error;
    }
  }
}

function pemOf(jwk: unknown): [string, string][] {
  try {
    const { kid, ...key } = jwkSchema.parse(jwk);
    const publicKey = createPublicKey({ key, format: 'jwk' });
    return [[kid, publicKey.export({ type: 'spki', format: 'pem' }).toString()]];
  } catch {
    // A key of a kind this Node doesn't know belongs to a token we'd refuse anyway.
    return [];
  }
}

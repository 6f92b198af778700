import { createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { z } from 'zod';
import { Background } from '../common/background.js';
import { Metrics } from '../common/observability/metrics.js';
import { duplicateKeyField } from '../common/mongodb/mongo-errors.js';
import { ProblemError } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkApi } from './clerk-api.js';
import { AnotherInstanceError } from './clerk-failure.js';
import { OUR_INSTANCE, OurClerkInstance } from './clerk-instance.schema.js';

const PROOF_LIFE_MS = 60 * 60_000;
/** Renews the proof well before it expires, so that requests don't wait for it. */
const PROVE_EVERY_MS = 10 * 60_000;
/** The pause after a failed proof; calls that need a proof meanwhile get 503 with this `Retry-After`. */
const PAUSE_SECONDS = 5;
const INSTANCE_TIMEOUT_MS = 3000;
const JWKS_TIMEOUT_MS = 5000;
const USERS_LOOKED_FOR = 100;

const instanceSchema = z.looseObject({ object: z.literal('instance'), id: z.string().min(1).max(256) });
const jwksSchema = z.looseObject({ keys: z.array(z.unknown()) });
const jwkSchema = z.looseObject({ kid: z.string(), kty: z.string() });
const listSchema = z.array(z.looseObject({ id: z.string() }));

/** The Clerk accounts that this database knows. `users/` provides it, because this room is below. */
export interface KnownAccounts {
  subjects: (limit: number) => Promise<string[]>;
  hasArchives: () => Promise<boolean>;
}

/**
 * Proves that `CLERK_SECRET_KEY` belongs to the Clerk instance of the users in this database. With the
 * key of another instance, Clerk answers 404 for each of them, and they must not be deleted
 * (docs/decisions/0024). Owns `clerkInstances`.
 */
@Injectable()
export class ClerkInstance implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger(ClerkInstance.name);
  /** PEMs of the public keys that verified a token since the start: few. */
  private readonly tokenKeys = new Set<string>();
  private disproved = false;
  private provenAt = -Infinity;
  private failedAt = -Infinity;
  private failure: unknown;
  private proof: Promise<void> | undefined;
  private known: KnownAccounts | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectModel(OurClerkInstance.name) private readonly model: Model<OurClerkInstance>,
    private readonly api: ClerkApi,
    private readonly metrics: Metrics,
    private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      {
        name: 'clerk_instance_proven',
        help: 'Whether CLERK_SECRET_KEY has proved within the last hour that it is of the Clerk instance whose users are kept here: 1 or 0.',
      },
      () => (this.isProven ? 1 : 0),
    );
  }

  /**
   * Provides the accounts by which a database without a stored instance recognises its own. Called once,
   * while the modules start.
   */
  recognizeBy(known: KnownAccounts): void {
    this.known = known;
  }

  /** Waits for the first proof before the first request: at the first start it stores the instance. */
  async onApplicationBootstrap(): Promise<void> {
    const task = { name: 'clerk_instance', everyMs: PROVE_EVERY_MS, logger: this.logger };
    this.background.repeat(task, () => this.proveAnew().catch(() => undefined));
    await this.proof?.catch(() => undefined);
  }

  /** Whether Clerk names another instance than ours: then its answers and keys don't concern our users. */
  get isAnother(): boolean {
    return this.disproved;
  }

  /**
   * Resolves when the key is proven to belong to our instance, within the last hour.
   * @throws ProblemError `dependency_unavailable` when it can't
   */
  async prove(): Promise<void> {
    if (this.isProven) return;
    if (performance.now() - this.failedAt < PAUSE_SECONDS * 1000) throw unproven(this.failure);
    await this.proveAnew();
  }

  /** Records a public key (PEM) that verified a session token of an accepted issuer. */
  noteTokenKey(pem: string): void {
    this.tokenKeys.add(pem);
  }

  /**
   * The public keys that the instance signs tokens with, as PEM, by `kid`: at least one, within 5 s.
   * @throws ProblemError `dependency_unavailable`
   */
  async signingKeys(): Promise<Map<string, string>> {
    const call = { operation: 'getJwks', method: 'GET', path: '/jwks' } as const;
    const parsed = jwksSchema.safeParse(await this.api.askOnce(call, JWKS_TIMEOUT_MS));
    const keys = new Map(parsed.data?.keys.flatMap(pemOf));
    if (keys.size === 0) throw this.api.unavailable('getJwks', new TypeError('The JWKS has no keys'));
    return keys;
  }

  private get isProven(): boolean {
    return performance.now() - this.provenAt < PROOF_LIFE_MS;
  }

  private proveAnew(): Promise<void> {
    this.proof ??= this.examine().finally(() => {
      this.proof = undefined;
    });
    return this.proof;
  }

  private async examine(): Promise<void> {
    const startedAt = performance.now();
    try {
      const { id: found, failure } = await this.instanceId();
      const kept = (await this.kept()) ?? (await this.keepFirst(found));
      if (found !== undefined && kept !== undefined && found !== kept) {
        this.disproved = true;
        this.provenAt = -Infinity;
        this.logger.error({ msg: 'ALERT: CLERK_SECRET_KEY is of another Clerk instance', kept, found });
        throw unproven(new AnotherInstanceError());
      }
      if ((found === undefined || kept === undefined) && !(await this.hasTokenKey())) {
        this.logger.error({ msg: 'ALERT: CLERK_SECRET_KEY is not known to be of our Clerk instance', kept });
        throw unproven(failure);
      }
      this.disproved = false;
      this.provenAt = startedAt;
    } catch (error) {
      this.failedAt = performance.now();
      this.failure = error instanceof ProblemError ? error.cause : error;
      throw error;
    }
  }

  private async instanceId(): Promise<{ id?: string | undefined; failure?: unknown }> {
    const call = { operation: 'getInstance', method: 'GET', path: '/instance' } as const;
    try {
      const parsed = instanceSchema.safeParse(await this.api.askOnce(call, INSTANCE_TIMEOUT_MS));
      return { id: parsed.data?.id, failure: parsed.error };
    } catch (failure) {
      return { failure };
    }
  }

  private async kept(): Promise<string | undefined> {
    const ours = await this.model.findById(OUR_INSTANCE).lean<OurClerkInstance>();
    return ours?.instanceId;
  }

  /** Stores the instance that was found, if it can be ours. @returns the stored id: the first writer wins */
  private async keepFirst(found: string | undefined): Promise<string | undefined> {
    if (found === undefined || !(await this.canBeOurs())) return undefined;
    // Operator commands don't write it: they change only what they name.
    if (!this.config.background) return found;
    try {
      const ours = { instanceId: found, since: new Date() };
      await this.model.updateOne({ _id: OUR_INSTANCE }, { $setOnInsert: ours }, { upsert: true });
    } catch (error) {
      // Another instance of the service stored it at the same time.
      if (duplicateKeyField(error) === undefined) throw error;
    }
    return this.kept();
  }

  /**
   * A new database accepts any instance. One with users but no stored instance accepts the one that
   * knows them.
   */
  private async canBeOurs(): Promise<boolean> {
    if (this.known === undefined) throw new Error('Call recognizeBy first');
    const subjects = await this.known.subjects(USERS_LOOKED_FOR);
    if (subjects.length === 0 && !(await this.known.hasArchives())) return true;
    if (await this.hasTokenKey()) return true;
    if (subjects.length === 0) return false;
    const query = { user_id: subjects, limit: String(subjects.length) };
    const call = { operation: 'getUserList', method: 'GET', path: '/users', query } as const;
    const listed = listSchema.safeParse(await this.api.askOnce(call, INSTANCE_TIMEOUT_MS));
    const ours = new Set(query.user_id);
    return listed.data?.some(({ id }) => ours.has(id)) ?? false;
  }

  /**
   * Whether a key that verified a token here is in the JWKS that Clerk returns for our
   * `CLERK_SECRET_KEY`.
   */
  private async hasTokenKey(): Promise<boolean> {
    if (this.tokenKeys.size === 0) return false;
    const keys = new Set((await this.signingKeys().catch(() => undefined))?.values());
    // The PEM in `CLERK_JWT_KEY` may be formatted differently.
    return [...this.tokenKeys].some((pem) => keys.has(canonicalPem(createPublicKey(pem))));
  }
}

function unproven(cause: unknown): ProblemError {
  return new ProblemError('dependency_unavailable', undefined, { retryAfterSeconds: PAUSE_SECONDS, cause });
}

function canonicalPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function pemOf(jwk: unknown): [string, string][] {
  try {
    const { kid, ...key } = jwkSchema.parse(jwk);
    return [[kid, canonicalPem(createPublicKey({ key, format: 'jwk' }))]];
  } catch {
    // Node can't read this kind of key; tokens signed with it are refused anyway.
    return [];
  }
}

import { clerkError } from '../store/errors.ts';
import { Faults } from '../store/faults.ts';
import { activeSessions, createSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { type TokenOptions, Tokens } from '../store/tokens.ts';
import type { User } from '../store/user-json.ts';
import { type WebhookOptions, Webhooks } from '../webhooks/webhooks.ts';

const REQUESTS_KEPT = 100_000;

export interface ReceivedRequest {
  method: string;
  path: string;
  /** ms since 1970. */
  at: number;
}

export interface InstanceOptions {
  secretKey: string;
  /** PKCS #8 PEM. */
  signingKey: string;
  /** The Frontend API's host and port: what the publishable key names and the tokens' `iss`. */
  frontendApi: string;
  proxyUrl: string;
  webhooks: Omit<WebhookOptions, 'fault'>;
}

/** One Clerk instance as the routes see it. */
export class Instance {
  readonly store: Store;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Where this server serves the instance's Frontend API. */
  readonly proxyUrl: string;
  readonly issuer: string;
  readonly tokens: Tokens;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  /** Backend API and JWKS requests received, newest last; the oldest are dropped above 100,000. */
  readonly requests: ReceivedRequest[] = [];
  /** By user id: fields that the Backend API answers in place of the stored ones. */
  readonly misreported = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(store: Store, options: InstanceOptions) {
    this.store = store;
    this.secretKey = options.secretKey;
    this.proxyUrl = options.proxyUrl;
    this.issuer = `https://${options.frontendApi}`;
    this.publishableKey = `pk_test_${Buffer.from(`${options.frontendApi}$`).toString('base64').replace(/=+$/, '')}`;
    this.tokens = new Tokens(options.signingKey, store.instanceId, this.issuer, store.clock);
    this.faults = new Faults(() => {
      store.changed('faults');
    });
    this.webhooks = new Webhooks(store, {
      ...options.webhooks,
      fault: (type) => this.faults.take('webhooks', 'POST', type),
    });
  }

  get id(): string {
    return this.store.instanceId;
  }

  /** The newest one of the default endpoint. */
  get webhookSecret(): string {
    return this.webhooks.secret;
  }

  record(method: string, path: string): void {
    if (this.requests.length >= REQUESTS_KEPT) this.requests.splice(0, REQUESTS_KEPT / 2);
    this.requests.push({ method, path, at: this.store.now() });
  }

  /** A user as the Backend API answers it. */
  present(user: User): object {
    return { ...user, ...this.misreported.get(user.id) };
  }

  /** Signs any token, also for users and sessions that do not exist. */
  mintToken(userId: string, options: TokenOptions = {}): string {
    const sessionId = options.sessionId ?? activeSessions(this.store, userId).at(-1)?.id;
    const actor = sessionId === undefined ? null : this.store.sessions.find(sessionId)?.actor;
    return this.tokens.mint(userId, {
      ...options,
      ...(sessionId === undefined ? {} : { sessionId }),
      claims: { ...(actor ? { act: actor } : {}), ...options.claims },
    });
  }

  /** A token of the user's newest active session, after a sign-in when there is none. */
  tokenOfUser(userId: string, expiresInSeconds: number): string {
    const session = activeSessions(this.store, userId).at(-1) ?? createSession(this.store, userId);
    return this.mintToken(userId, { sessionId: session.id, expiresInSeconds });
  }

  resendWebhook(svixId: string): void {
    if (!this.webhooks.resend(svixId)) {
      throw clerkError(404, 'resource_not_found', 'not found', 'No delivery was found with this svix-id');
    }
  }
}

import type { Instance, ReceivedRequest } from './server/instance.ts';
import { type BillingOptions, emitBilling } from './store/billing.ts';
import type { Subscription } from './store/billing-json.ts';
import type { Fault } from './store/faults.ts';
import { allUsers, findUser } from './store/find-users.ts';
import type { Delivery, Mail } from './store/messages.ts';
import { type NewEmail, type NewSms, sendEmail, sendSms } from './store/send-message.ts';
import type { Session } from './store/session-json.ts';
import { type EndStatus, createSession, endSession } from './store/sessions.ts';
import type { Settings, SettingsChanges } from './store/settings.ts';
import type { EventOptions } from './store/store.ts';
import type { TokenOptions } from './store/tokens.ts';
import type { DeletedUser, User } from './store/user-json.ts';
import type { NewUser, UserChanges } from './store/user-parameters.ts';
import { createUser, deleteUser, setBanned, updateUser } from './store/users.ts';
import { type WebhookEndpoints, webhookEndpointsApi } from './webhook-endpoints-api.ts';
import type { WebhookAnswer } from './webhooks/attempt.ts';
import { Chaos, type ChaosOptions } from './webhooks/chaos.ts';
import type { SvixHeaders } from './webhooks/signature.ts';
import type { ReplayOptions, WebhookEvent } from './webhooks/webhooks.ts';

/** Times in ms since 1970. Timers that are due after a change fire. */
export interface InstanceClock {
  now(): number;
  /** Jumps to a time; from there it runs on, or stands still when `frozen`. */
  set(time: number | string | Date, options?: { frozen?: boolean }): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Back to the real time. */
  reset(): Promise<void>;
}

/** One instance. Functions that take an id throw a `ClerkError` where Clerk answers an error. */
export interface ClerkInstance {
  /** `CLERK_API_URL`. */
  readonly url: string;
  /** The Frontend API: `proxyUrl` of Clerk's SDKs. */
  readonly proxyUrl: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** `iss` of the tokens; what the publishable key implies. */
  readonly issuer: string;
  /** SPKI PEM of the key that signs the tokens. */
  readonly jwtKey: string;
  readonly webhookSecret: string;

  createUser(attributes?: NewUser, options?: EventOptions): Promise<User>;
  getUser(userId: string): User | undefined;
  /** All users, oldest first. */
  users(): User[];
  updateUser(userId: string, changes: UserChanges, options?: EventOptions): Promise<User>;
  /**
   * Replaces fields of a user in the answers of the Backend API, in any shape: for accounts that a client
   * cannot read. Kept in memory, not checked, no webhook; `{}` ends it.
   */
  misreport(userId: string, fields: Readonly<Record<string, unknown>>): void;
  banUser(userId: string, options?: EventOptions): Promise<User>;
  unbanUser(userId: string, options?: EventOptions): Promise<User>;
  deleteUser(userId: string, options?: EventOptions): Promise<DeletedUser>;
  createSession(userId: string, options?: EventOptions): Promise<Session>;
  revokeSession(sessionId: string, options?: EventOptions): Promise<Session>;
  endSession(sessionId: string, status: EndStatus, options?: EventOptions): Promise<Session>;
  /** Keeps a message for the page, and reports `email.created` or `sms.created`. */
  sendEmail(email: NewEmail, options?: EventOptions): Promise<Mail>;
  sendSms(sms: NewSms, options?: EventOptions): Promise<Mail>;
  /** What Clerk's dashboard sets; the Frontend API follows it. */
  settings(): Settings;
  /** Merges these into the settings; `null` is the default. They stay in `dataFile`. */
  changeSettings(changes: SettingsChanges): Promise<Settings>;
  /** What was sent to an address or number, oldest first; without one, everything. */
  mails(to?: string): Mail[];
  /** Signs a token for any user id, also an unknown one. Default session: the user's newest active one. */
  mintToken(userId: string, options?: TokenOptions): Promise<string>;

  /** Backend API and JWKS requests received, newest last; the oldest are dropped above 100,000. */
  readonly requests: readonly ReceivedRequest[];
  requestCount(method: string, path: string | RegExp): number;
  resetRequests(): void;
  /** What tests set: tokens, codes, retries and expiries follow it. */
  readonly clock: InstanceClock;

  /** Injects a fault into an API or the webhooks; returns a function that removes it. */
  fail(fault: Fault): () => void;
  clearFaults(): void;

  readonly webhookEndpoints: WebhookEndpoints;
  /** The URL of the default endpoint, which signs with `webhookSecret`. `null` pauses its deliveries. */
  setWebhookUrl(url: string | null): void;
  /** Recorded deliveries, oldest first: all pending ones and the last 500 finished ones. */
  deliveries(): Delivery[];
  /** False when there is no such delivery. */
  resendWebhook(svixId: string): boolean;
  /** Sends recorded events again, with the same `svix-id`; returns the number of deliveries. */
  replayWebhooks(options?: ReplayOptions): number;
  /** Reports an event of any type as the instance reports its own, with retries; returns its `svix-id`. */
  emitWebhook(event: WebhookEvent): Promise<string>;
  /**
   * Reports a moment of a user's subscription, e.g. `checkout`, by `paymentAttempt.*`, `subscription.*` and
   * `subscriptionItem.*`, whose ids and states fit together.
   */
  emitBilling(userId: string, options: BillingOptions): Promise<Subscription>;
  /** Disturbs the deliveries of new events by a seed; `null` ends it. */
  chaos(options: ChaosOptions | null): void;
  /** Sends any event once, without a record and without retries. Rejects when there is no answer. */
  deliverWebhook(event: WebhookEvent, options?: { svixId?: string }): Promise<WebhookAnswer>;
  signWebhook(
    body: string | Buffer,
    options?: { svixId?: string; timestamp?: Date; secret?: string },
  ): SvixHeaders;
  /** Resolves when no delivery is in flight or due now; with `retries`, when none is pending either. */
  idle(options?: { retries?: boolean }): Promise<void>;
}

export function instanceApi(instance: Instance, url: string): ClerkInstance {
  const { store, requests, webhooks, faults } = instance;
  const { clock } = store;
  // A copy: what the caller does to it must not reach the store.
  const committed = async <T>(change: () => T): Promise<T> => {
    const result = structuredClone(change());
    await store.commit();
    return result;
  };
  return {
    url,
    proxyUrl: instance.proxyUrl,
    secretKey: instance.secretKey,
    publishableKey: instance.publishableKey,
    issuer: instance.issuer,
    jwtKey: instance.tokens.jwtKey,
    get webhookSecret() {
      return instance.webhookSecret;
    },

    createUser: (attributes = {}, options) => committed(() => createUser(store, attributes, options)),
    getUser: (userId) => structuredClone(findUser(store, userId)),
    users: () => structuredClone(allUsers(store)),
    updateUser: (userId, changes, options) => committed(() => updateUser(store, userId, changes, options)),
    misreport: (userId, fields) => {
      instance.misreported.set(store.users.get(userId).id, fields);
    },
    banUser: (userId, options) => committed(() => setBanned(store, userId, true, options)),
    unbanUser: (userId, options) => committed(() => setBanned(store, userId, false, options)),
    deleteUser: (userId, options) => committed(() => deleteUser(store, userId, options)),
    createSession: (userId, options) => committed(() => createSession(store, userId, options)),
    endSession: (id, status, options) => committed(() => endSession(store, id, status, options)),
    sendEmail: (email, options) => committed(() => sendEmail(store, email, options)),
    sendSms: (sms, options) => committed(() => sendSms(store, sms, options)),
    revokeSession: (id, options) => committed(() => endSession(store, id, 'revoked', options)),
    settings: () => structuredClone(store.settings),
    changeSettings: (changes) => committed(() => store.changeSettings(changes)),
    mails: (to) => structuredClone(to === undefined ? store.mails.all() : store.mails.where('to', to)),
    mintToken: (userId, options) => Promise.resolve(instance.mintToken(userId, options)),

    requests,
    requestCount: (method, path) =>
      requests.filter(
        (request) =>
          request.method === method &&
          (typeof path === 'string' ? request.path === path : request.path.search(path) !== -1),
      ).length,
    resetRequests: () => {
      requests.length = 0;
    },
    clock: {
      now: () => clock.now(),
      set: (time, options) =>
        committed(() => {
          clock.set(new Date(time).getTime(), options);
        }),
      advance: (ms) =>
        committed(() => {
          clock.advance(ms);
        }),
      reset: () =>
        committed(() => {
          clock.reset();
        }),
    },
    fail: (fault) => faults.add(fault),
    clearFaults: () => {
      faults.clear();
    },

    webhookEndpoints: webhookEndpointsApi(store, webhooks),
    setWebhookUrl: (webhookUrl) => {
      webhooks.setUrl(webhookUrl);
    },
    deliveries: () => structuredClone(webhooks.all()),
    resendWebhook: (svixId) => webhooks.resend(svixId),
    replayWebhooks: (options) => webhooks.replay(options),
    emitWebhook: (event) => committed(() => webhooks.emit(event)),
    emitBilling: (userId, options) => committed(() => emitBilling(store, userId, options)),
    chaos: (options) => {
      webhooks.chaos = options && new Chaos(options);
      store.changed('chaos');
    },
    deliverWebhook: (event, { svixId } = {}) => webhooks.deliverOnce(event, svixId),
    signWebhook: (body, options) => webhooks.sign(body, options),
    idle: (options) => webhooks.idle(options),
  };
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { type Fault, Faults } from './server/faults.ts';
import { newId } from './store/ids.ts';
import { type EventOptions, Instance } from './server/instance.ts';
import { describePerson, type LocalPerson } from './page/local-api.ts';
import { type ReceivedRequest, requestListener } from './server/server.ts';
import type { Session } from './store/sessions.ts';
import { type State, readState } from './store/state.ts';
import { type TokenOptions, generateSigningKey } from './store/tokens.ts';
import type { DeletedUser, User } from './store/user-json.ts';
import type { NewUser, UserChanges } from './store/users.ts';
import {
  type Delivery,
  SVIX_RETRY_DELAYS_MS,
  type SvixHeaders,
  type WebhookAnswer,
  type WebhookEvent,
} from './webhooks/webhooks.ts';

export { describePerson };
export type {
  Delivery,
  DeletedUser,
  EventOptions,
  Fault,
  LocalPerson,
  NewUser,
  ReceivedRequest,
  Session,
  SvixHeaders,
  TokenOptions,
  User,
  UserChanges,
  WebhookAnswer,
  WebhookEvent,
};

export interface ClerkLocalOptions {
  /** An IPv4 loopback address; default 127.0.0.1. (A publishable key needs a host with a dot.) */
  host?: string;
  /** Default 0: any free port. The issuer and the publishable key contain the port. */
  port?: number;
  /**
   * The address to listen on instead of `host`: `0.0.0.0` in a container whose port is published to
   * loopback only. Tokens and keys still contain `host`.
   */
  listenOn?: string;
  /** Host names besides loopback that requests may use: its names on a network of containers. */
  names?: readonly string[];
  /** Fixed keys. Absent: generated, and kept in `dataFile`. */
  secretKey?: string;
  webhookSecret?: string;
  /** The file of users, keys and undelivered webhooks. Absent: in memory only. */
  dataFile?: string;
  /** The webhook endpoint. Absent: none until `setWebhookUrl`. */
  webhookUrl?: string;
  /** The wait before each attempt; its length is the number of attempts. Default: Svix's schedule. */
  webhookRetryDelaysMs?: readonly number[];
  /** Created when there are no users yet. */
  seedUsers?: readonly NewUser[];
  /** Called after each attempt of a recorded delivery. */
  onDelivery?: (delivery: Delivery) => void;
}

/** A running local Clerk. Functions that take an id throw a `ClerkError` where Clerk answers an error. */
export interface ClerkLocal {
  /** `CLERK_API_URL`. */
  readonly url: string;
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
  /** Signs a token for any user id, also an unknown one. Default session: the user's newest active one. */
  mintToken(userId: string, options?: TokenOptions): Promise<string>;

  /** Backend API and JWKS requests received, newest last; the oldest are dropped above 100,000. */
  readonly requests: readonly ReceivedRequest[];
  requestCount(method: string, path: string | RegExp): number;
  resetRequests(): void;
  /** Injects a fault into the Backend API; returns a function that removes it. */
  fail(fault: Fault): () => void;
  clearFaults(): void;

  /** `null` pauses deliveries. */
  setWebhookUrl(url: string | null): void;
  /** Recorded deliveries, oldest first: all pending ones and the last 100 finished ones. */
  deliveries(): Delivery[];
  /** False when there is no such delivery. */
  resendWebhook(svixId: string): boolean;
  /** Sends any event once, without a record and without retries. Rejects when there is no answer. */
  deliverWebhook(event: WebhookEvent, options?: { svixId?: string }): Promise<WebhookAnswer>;
  signWebhook(
    body: string | Buffer,
    options?: { svixId?: string; timestamp?: Date; secret?: string },
  ): SvixHeaders;
  /** Resolves when no delivery is in flight or due now; later retries do not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when the address is taken or not loopback, or when `dataFile` is not a state file. */
export async function startClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  const { host = '127.0.0.1', port = 0, dataFile } = options;
  // It gives tokens to every caller.
  if (!isIPv4(host) || !host.startsWith('127.')) throw new Error(`${host} is not an IPv4 loopback address`);
  const stored = dataFile === undefined ? undefined : await readState(dataFile);
  const { secretKey, webhookSecret } = options;
  const state: State = {
    ...(stored ?? (await newState())),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
  };

  const server = createServer();
  server.listen(port, options.listenOn ?? host);
  await once(server, 'listening');
  const address = `${host}:${(server.address() as AddressInfo).port}`;
  const issuer = `https://${address}`;
  const instance = new Instance(state, {
    issuer,
    ...(dataFile === undefined ? {} : { dataFile }),
    webhookUrl: options.webhookUrl ?? null,
    retryDelaysMs: options.webhookRetryDelaysMs ?? SVIX_RETRY_DELAYS_MS,
    ...(options.onDelivery === undefined ? {} : { onDelivery: options.onDelivery }),
  });
  const faults = new Faults();
  const requests: ReceivedRequest[] = [];

  server.on('clientError', (_error, socket) => {
    socket.destroy();
  });
  const served = { instance, secretKey: state.secretKey, faults, requests, names: options.names ?? [] };
  server.on('request', requestListener(served));

  try {
    if (instance.users.all().length === 0) {
      for (const user of options.seedUsers ?? []) await instance.createUser(user);
    }
    await instance.save();
  } catch (error) {
    instance.webhooks.close();
    server.close();
    throw error;
  }

  return {
    url: `http://${address}`,
    secretKey: state.secretKey,
    publishableKey: `pk_test_${Buffer.from(`${address}$`).toString('base64').replace(/=+$/, '')}`,
    issuer,
    jwtKey: instance.tokens.jwtKey,
    webhookSecret: state.webhookSecret,

    createUser: (attributes = {}, eventOptions) => instance.createUser(attributes, eventOptions),
    getUser: (userId) => structuredClone(instance.users.find(userId)),
    users: () => structuredClone(instance.users.all()),
    updateUser: (userId, changes, eventOptions) => instance.updateUser(userId, changes, eventOptions),
    misreport: (userId, fields) => {
      instance.misreported.set(instance.users.get(userId).id, fields);
    },
    banUser: (userId, eventOptions) => instance.setBanned(userId, true, eventOptions),
    unbanUser: (userId, eventOptions) => instance.setBanned(userId, false, eventOptions),
    deleteUser: (userId, eventOptions) => instance.deleteUser(userId, eventOptions),
    createSession: (userId, eventOptions) => instance.createSession(userId, eventOptions),
    revokeSession: (sessionId, eventOptions) => instance.revokeSession(sessionId, eventOptions),
    mintToken: (userId, tokenOptions) => Promise.resolve(instance.mintToken(userId, tokenOptions)),

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
    fail: (fault) => faults.add(fault),
    clearFaults: () => {
      faults.clear();
    },

    setWebhookUrl: (url) => {
      instance.webhooks.setUrl(url);
    },
    deliveries: () => structuredClone(instance.webhooks.all()),
    resendWebhook: (svixId) => instance.webhooks.resend(svixId),
    deliverWebhook: (event, { svixId } = {}) => instance.webhooks.deliverOnce(event, svixId),
    signWebhook: (body, signOptions) => instance.webhooks.sign(body, signOptions),
    idle: () => instance.webhooks.idle(),
    close: async () => {
      instance.webhooks.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await instance.save();
    },
  };
}

async function newState(): Promise<State> {
  return {
    version: 1,
    instanceId: newId('ins'),
    secretKey: `sk_test_${randomBytes(30).toString('base64url').replace(/[-_]/g, 'x')}`,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    signingKey: await generateSigningKey(),
    users: [],
    sessions: [],
    deliveries: [],
  };
}

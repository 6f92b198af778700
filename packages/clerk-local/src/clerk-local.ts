import { type AddressInfo, isIPv4 } from 'node:net';
import { backendApi } from './backend-api/backend-api.ts';
import { frontendApi } from './frontend-api/frontend-api.ts';
import { localApi } from './page/local-api.ts';
import { page } from './page/page.ts';
import { type LocalPerson, describePerson } from './page/person-routes.ts';
import type { Exchange } from './server/exchange.ts';
import type { ReceivedRequest } from './server/instance.ts';
import { Instances } from './server/instances.ts';
import { SeedError, seed } from './server/seed.ts';
import { createServer } from './server/server.ts';
import type { BillingOptions } from './store/billing.ts';
import type { Fault } from './store/faults.ts';
import { Journal } from './store/journal.ts';
import type { Delivery, DeliveryAttempt, Mail, WebhookEndpoint } from './store/messages.ts';
import type { SeedOptions } from './store/seed-parameters.ts';
import type { Session } from './store/session-json.ts';
import type { Settings, SettingsChanges } from './store/settings.ts';
import type { EventOptions } from './store/store.ts';
import type { TokenOptions } from './store/tokens.ts';
import type { DeletedUser, User } from './store/user-json.ts';
import type { NewUser, UserChanges } from './store/user-parameters.ts';
import {
  COMPRESSED_RETRY_DELAYS_MS,
  ensureEndpoint,
  type NewWebhookEndpoint,
  SVIX_RETRY_DELAYS_MS,
  type WebhookEndpointChanges,
} from './store/webhook-endpoints.ts';
import { type ClerkInstance, instanceApi } from './clerk-instance.ts';
import type { WebhookEndpoints } from './webhook-endpoints-api.ts';
import type { WebhookAnswer } from './webhooks/attempt.ts';
import { Chaos, type ChaosOptions } from './webhooks/chaos.ts';
import type { SvixHeaders } from './webhooks/signature.ts';
import type { ReplayOptions, WebhookEvent } from './webhooks/webhooks.ts';

export { COMPRESSED_RETRY_DELAYS_MS, SVIX_RETRY_DELAYS_MS, SeedError, describePerson };
export type {
  BillingOptions,
  ChaosOptions,
  ClerkInstance,
  Delivery,
  DeliveryAttempt,
  DeletedUser,
  EventOptions,
  Exchange,
  Fault,
  LocalPerson,
  Mail,
  NewUser,
  NewWebhookEndpoint,
  ReceivedRequest,
  ReplayOptions,
  SeedOptions,
  Session,
  Settings,
  SettingsChanges,
  SvixHeaders,
  TokenOptions,
  User,
  UserChanges,
  WebhookAnswer,
  WebhookEndpoint,
  WebhookEndpointChanges,
  WebhookEndpoints,
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
  /** Fixed keys of the main instance. Absent: generated, and kept in `dataFile`. */
  secretKey?: string;
  webhookSecret?: string;
  /** The file of all instances' state. Absent: in memory only. */
  dataFile?: string;
  /** The URL of the default webhook endpoint. Absent: the stored one, or none until `setWebhookUrl`. */
  webhookUrl?: string;
  /** Further endpoints of the main instance; one that has the URL already keeps its id. */
  webhookEndpoints?: readonly NewWebhookEndpoint[];
  /** The wait before each attempt; its length is the number of attempts. Default: Svix's schedule. */
  webhookRetryDelaysMs?: readonly number[];
  /** Disturbs the main instance's webhooks from its start, by a seed. */
  chaos?: ChaosOptions;
  /** Of the main instance: what differs from its stored settings, or from Clerk's defaults. */
  settings?: SettingsChanges;
  /** What the main instance has at its first start: users, settings, templates, endpoints … */
  seed?: SeedOptions;
  /** The same as `seed.users`: created when there are no users yet. */
  seedUsers?: readonly NewUser[];
  /** Called after each attempt of a recorded delivery. */
  onDelivery?: (delivery: Delivery) => void;
  /**
   * Called with each request and its answer, of all instances and of the page, before the answer is sent.
   * Not for connections that a fault closes or holds, nor for URLs that cannot be decoded.
   */
  onAnswer?: (exchange: Exchange) => void;
  /** Called for each e-mail and text message of any instance. */
  onMail?: (mail: Mail) => void;
}

/** A running local Clerk, with the functions of its main instance. */
export interface ClerkLocal extends ClerkInstance {
  /**
   * The instance of another secret key: users, sessions, keys, clock, webhooks and faults of its own. It is
   * created by its first use, here or by a request. @param secretKey `sk_test_local` and 1 to 80 of `\w-`
   */
  instance(secretKey: string): Promise<ClerkInstance>;
  close(): Promise<void>;
}

/**
 * Rejects when the address is taken or not loopback, when `dataFile` is no state file or in use, and with
 * NODE_ENV=production.
 */
export async function startClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  const { host = '127.0.0.1', port = 0, listenOn = host } = options;
  // It gives tokens to every caller.
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('The local Clerk gives tokens to every caller: never run it in production.');
  }
  if (!isIPv4(host) || !host.startsWith('127.')) throw new Error(`${host} is not an IPv4 loopback address`);
  const journal = await Journal.open(options.dataFile);
  const opened = Promise.withResolvers<Instances>();
  const server = createServer({
    instances: opened.promise,
    names: options.names ?? [],
    rooms: [backendApi, frontendApi, localApi, page],
    commit: () => journal.commit(),
    onAnswer: options.onAnswer,
  });

  try {
    await server.listen({ host: listenOn, port });
    const address = `${host}:${(server.server.address() as AddressInfo).port}`;
    const instances = await Instances.open(journal, {
      address,
      secretKey: options.secretKey,
      webhookSecret: options.webhookSecret,
      onMail: options.onMail,
      webhooks: {
        url: options.webhookUrl ?? null,
        retryDelaysMs: options.webhookRetryDelaysMs ?? SVIX_RETRY_DELAYS_MS,
        ...(options.onDelivery === undefined ? {} : { onDelivery: options.onDelivery }),
      },
    });
    const { main } = instances;
    if (options.chaos) main.webhooks.chaos = new Chaos(options.chaos);
    for (const endpoint of options.webhookEndpoints ?? []) ensureEndpoint(main.store, endpoint);
    seed(main, { ...options.seed, users: [...(options.seedUsers ?? []), ...(options.seed?.users ?? [])] });
    if (options.settings) main.store.changeSettings(options.settings);
    await journal.commit();
    opened.resolve(instances);

    const url = `http://${address}`;
    return Object.assign(instanceApi(main, url), {
      instance: async (secretKey: string) => {
        const instance = await instances.bySecretKey(secretKey);
        if (!instance) throw new Error(`${secretKey} is no key of a local instance (sk_test_local…)`);
        await journal.commit();
        return instanceApi(instance, url);
      },
      close: async () => {
        instances.close();
        await server.close();
        await journal.close();
      },
    });
  } catch (error) {
    await server.close();
    await journal.close();
    throw error;
  }
}

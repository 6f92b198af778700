import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { clerkError } from './errors.ts';
import type { WebhookEndpoint } from './messages.ts';
import { parse } from './parse.ts';
import type { Store } from './store.ts';

/** Svix's schedule: the wait before each of the 8 attempts, about 27 h 35 min in total. */
export const SVIX_RETRY_DELAYS_MS: readonly number[] = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];

/** As many attempts within 4.1 s, for tests that don't set the clock. */
export const COMPRESSED_RETRY_DELAYS_MS: readonly number[] = [0, 100, 200, 400, 600, 800, 1000, 1000];

/** How long an old secret signs after a rotation. */
const OLD_SECRET_MS = 24 * 3600 * 1000;
const MAX_ENDPOINTS = 50;

export const webhookSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, {
  error: 'must be whsec_ and at least 16 characters of base64',
});

const endpointParameters = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Null: all types. */
  eventTypes: z.array(z.string().min(1)).min(1).nullable().optional(),
  disabled: z.boolean().optional(),
  /** `svix`, `compressed`, or the ms before each attempt. Null: the instance's schedule. */
  retryDelaysMs: z
    .union([z.enum(['svix', 'compressed']), z.array(z.int().min(0)).min(1).max(50)])
    .nullable()
    .optional(),
});

export const newEndpointParameters = endpointParameters.extend({ secret: webhookSecret.optional() });
export const endpointChangesParameters = endpointParameters.partial();

export type NewWebhookEndpoint = z.input<typeof newEndpointParameters>;
export type WebhookEndpointChanges = z.input<typeof endpointChangesParameters>;

export function createEndpoint(
  store: Store,
  attributes: NewWebhookEndpoint,
  id = store.newId('ep'),
): WebhookEndpoint {
  const { secret = newSecret(), ...parameters } = parse(newEndpointParameters, attributes);
  if (store.webhookEndpoints.size >= MAX_ENDPOINTS) {
    const text = `An instance has at most ${MAX_ENDPOINTS} webhook endpoints.`;
    throw clerkError(422, 'webhook_endpoint_quota_exceeded', text);
  }
  return store.webhookEndpoints.put({
    id,
    url: parameters.url,
    eventTypes: parameters.eventTypes ?? null,
    disabled: parameters.disabled ?? false,
    secrets: [{ secret, expiresAt: null }],
    retryDelaysMs: delays(parameters.retryDelaysMs) ?? null,
    createdAt: store.now(),
  });
}

/** The endpoint of this URL, with this secret: created unless it is stored. */
export function ensureEndpoint(store: Store, attributes: NewWebhookEndpoint): WebhookEndpoint {
  const stored = store.webhookEndpoints.all().find(({ url }) => url === attributes.url);
  if (!stored) return createEndpoint(store, attributes);
  const { secret } = parse(newEndpointParameters, attributes);
  if (secret === undefined || stored.secrets[0]?.secret === secret) return stored;
  return rotateSecret(store, stored.id, secret);
}

/** @throws Clerk's 404 and 422 */
export function updateEndpoint(store: Store, id: string, changes: WebhookEndpointChanges): WebhookEndpoint {
  const { url, eventTypes, disabled, retryDelaysMs } = parse(endpointChangesParameters, changes);
  return store.webhookEndpoints.change(id, (endpoint) => {
    if (url !== undefined) endpoint.url = url;
    if (eventTypes !== undefined) endpoint.eventTypes = eventTypes;
    if (disabled !== undefined) endpoint.disabled = disabled;
    if (retryDelaysMs !== undefined) endpoint.retryDelaysMs = delays(retryDelaysMs) ?? null;
  });
}

/** Its pending deliveries fail. @throws Clerk's 404 */
export function deleteEndpoint(store: Store, id: string): void {
  store.webhookEndpoints.get(id);
  store.webhookEndpoints.delete(id);
  for (const delivery of store.deliveries.where('state', 'pending')) {
    if (delivery.endpointId !== id) continue;
    store.deliveries.change(delivery.id, (draft) => {
      draft.state = 'failed';
    });
  }
}

/**
 * The older secrets sign, too, for 24 h of the instance's clock. @param secret default: a new one
 * @throws Clerk's 404 and 422
 */
export function rotateSecret(store: Store, id: string, secret: string = newSecret()): WebhookEndpoint {
  const newest = parse(z.object({ secret: webhookSecret }), { secret });
  return store.webhookEndpoints.change(id, (endpoint) => {
    const expiresAt = store.now() + OLD_SECRET_MS;
    const older = endpoint.secrets.map((old) => ({ ...old, expiresAt: old.expiresAt ?? expiresAt }));
    endpoint.secrets = [{ ...newest, expiresAt: null }, ...older.filter((old) => isActive(store, old))];
  });
}

/** The secrets that sign now, the newest first. */
export function activeSecrets(store: Store, endpoint: WebhookEndpoint): string[] {
  return endpoint.secrets.filter((each) => isActive(store, each)).map(({ secret }) => secret);
}

function isActive(store: Store, { expiresAt }: WebhookEndpoint['secrets'][number]): boolean {
  return expiresAt === null || expiresAt > store.now();
}

function delays<T>(schedule: T | 'svix' | 'compressed'): T | readonly number[] {
  if (schedule === 'svix') return SVIX_RETRY_DELAYS_MS;
  return schedule === 'compressed' ? COMPRESSED_RETRY_DELAYS_MS : schedule;
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

import type { WebhookEndpoint } from './store/messages.ts';
import type { Store } from './store/store.ts';
import {
  type NewWebhookEndpoint,
  type WebhookEndpointChanges,
  createEndpoint,
  deleteEndpoint,
  rotateSecret,
  updateEndpoint,
} from './store/webhook-endpoints.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** The webhook endpoints of an instance. Wrong input and unknown ids throw a `ClerkError`. */
export interface WebhookEndpoints {
  /** Oldest first. */
  list(): WebhookEndpoint[];
  create(attributes: NewWebhookEndpoint): Promise<WebhookEndpoint>;
  update(id: string, changes: WebhookEndpointChanges): Promise<WebhookEndpoint>;
  /** Its pending deliveries fail. */
  delete(id: string): Promise<void>;
  /** The old secret signs, too, for 24 h of the instance's clock. @param secret default: a new one */
  rotateSecret(id: string, secret?: string): Promise<WebhookEndpoint>;
}

export function webhookEndpointsApi(store: Store, webhooks: Webhooks): WebhookEndpoints {
  const committed = async <T>(change: () => T): Promise<T> => {
    const result = structuredClone(change());
    await store.commit();
    webhooks.wake();
    return result;
  };
  return {
    list: () => structuredClone(store.webhookEndpoints.all()),
    create: (attributes) => committed(() => createEndpoint(store, attributes)),
    update: (id, changes) => committed(() => updateEndpoint(store, id, changes)),
    delete: (id) =>
      committed(() => {
        deleteEndpoint(store, id);
      }),
    rotateSecret: (id, secret) => committed(() => rotateSecret(store, id, secret)),
  };
}

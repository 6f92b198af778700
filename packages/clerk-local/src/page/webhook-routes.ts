import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { billingParameters, emitBilling } from '../store/billing.ts';
import {
  createEndpoint,
  deleteEndpoint,
  endpointChangesParameters,
  newEndpointParameters,
  rotateSecret,
  updateEndpoint,
  webhookSecret,
} from '../store/webhook-endpoints.ts';
import { Chaos, chaosParameters } from '../webhooks/chaos.ts';

const endpointPath = z.object({ endpoint_id: z.string() });
const rotateParameters = z.strictObject({ secret: webhookSecret.exactOptional() });

const billingPath = z.object({ user_id: z.string() });
const emitParameters = z.strictObject({ type: z.string().min(1), data: z.record(z.string(), z.unknown()) });

/** Webhook endpoints, chaos, and events of any type; endpoints have the shape of `WebhookEndpoint`. */
export function webhookRoutes(api: Server): void {
  api.get('/webhook-endpoints', (request) => ({ items: instanceOf(request).store.webhookEndpoints.all() }));

  api.post('/webhook-endpoints', { schema: { body: newEndpointParameters } }, (request, reply) =>
    reply.status(201).send(createEndpoint(instanceOf(request).store, request.body)),
  );

  api.patch(
    '/webhook-endpoints/:endpoint_id',
    { schema: { params: endpointPath, body: endpointChangesParameters } },
    (request) => {
      const { store, webhooks } = instanceOf(request);
      const endpoint = updateEndpoint(store, request.params.endpoint_id, request.body);
      webhooks.wake();
      return endpoint;
    },
  );

  api.delete('/webhook-endpoints/:endpoint_id', { schema: { params: endpointPath } }, (request, reply) => {
    const { store, webhooks } = instanceOf(request);
    deleteEndpoint(store, request.params.endpoint_id);
    webhooks.wake();
    return reply.status(204).send();
  });

  /** The old secret signs, too, for 24 h. */
  api.post(
    '/webhook-endpoints/:endpoint_id/rotate-secret',
    { schema: { params: endpointPath, body: rotateParameters } },
    (request) => rotateSecret(instanceOf(request).store, request.params.endpoint_id, request.body.secret),
  );

  api.get('/chaos', (request) => chaosJson(instanceOf(request).webhooks.chaos));

  api.put('/chaos', { schema: { body: chaosParameters } }, (request) => {
    const { store, webhooks } = instanceOf(request);
    webhooks.chaos = new Chaos(request.body);
    store.changed('chaos');
    return chaosJson(webhooks.chaos);
  });

  api.delete('/chaos', (request, reply) => {
    const { store, webhooks } = instanceOf(request);
    webhooks.chaos = null;
    store.changed('chaos');
    return reply.status(204).send();
  });

  /** Reports a moment of a user's subscription. */
  api.post(
    '/users/:user_id/billing',
    { schema: { params: billingPath, body: billingParameters } },
    (request, reply) => {
      const { store } = instanceOf(request);
      return reply.status(202).send(emitBilling(store, request.params.user_id, request.body));
    },
  );

  /** Reports an event of any type, with retries and chaos, as the instance reports its own. */
  api.post('/events', { schema: { body: emitParameters } }, (request, reply) =>
    reply.status(202).send({ svixId: instanceOf(request).webhooks.emit(request.body) }),
  );
}

/** `{"chaos": null}` without chaos. */
function chaosJson(chaos: Chaos | null): object {
  return { chaos: chaos?.settings ?? null };
}

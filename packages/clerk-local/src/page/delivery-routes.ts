import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { Delivery } from '../store/messages.ts';

const deliveryPath = z.object({ svix_id: z.string() });

/** ISO 8601 or ms since 1970. */
const time = z
  .union([z.iso.datetime({ offset: true }), z.number()])
  .transform((value) => new Date(value).getTime());

const replayParameters = z.strictObject({
  since: time.exactOptional(),
  until: time.exactOptional(),
  endpointId: z.string().exactOptional(),
  all: z.boolean().default(false),
});

export function deliveryRoutes(api: Server): void {
  /** Newest first. */
  api.get('/deliveries', (request) => ({
    items: instanceOf(request).webhooks.all().reverse().map(deliveryJson),
  }));

  api.post('/deliveries/:svix_id/resend', { schema: { params: deliveryPath } }, (request, reply) => {
    instanceOf(request).resendWebhook(request.params.svix_id);
    return reply.status(202).send({ svixId: request.params.svix_id });
  });

  /** Sends again what was not delivered, or with `all` everything, of a time range: `{"count"}`. */
  api.post('/deliveries/replay', { schema: { body: replayParameters } }, (request, reply) =>
    reply.status(202).send({ count: instanceOf(request).webhooks.replay(request.body) }),
  );
}

function deliveryJson(delivery: Delivery): object {
  const { id, svixId, endpointId, type, state, chaos, attempts, createdAt, nextAttemptAt, body } = delivery;
  return {
    id,
    svixId,
    endpointId,
    type,
    state,
    chaos,
    createdAt: new Date(createdAt).toISOString(),
    nextAttemptAt: state === 'pending' ? new Date(nextAttemptAt).toISOString() : null,
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    event: JSON.parse(body) as unknown,
  };
}

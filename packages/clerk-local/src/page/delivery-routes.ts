import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { allUsers } from '../store/find-users.ts';
import type { Delivery } from '../store/messages.ts';

const deliveryPath = z.object({ svix_id: z.string() });

export function deliveryRoutes(api: Server): void {
  /** What the page shows, newest first. */
  api.get('/overview', (request) => {
    const { store, webhooks } = instanceOf(request);
    return { users: allUsers(store).reverse(), deliveries: webhooks.all().reverse().map(deliveryJson) };
  });

  api.get('/deliveries', (request) => ({
    items: instanceOf(request).webhooks.all().reverse().map(deliveryJson),
  }));

  api.post('/deliveries/:svix_id/resend', { schema: { params: deliveryPath } }, (request, reply) => {
    instanceOf(request).resendWebhook(request.params.svix_id);
    return reply.status(202).send({ svixId: request.params.svix_id });
  });
}

function deliveryJson(delivery: Delivery): object {
  const { svixId, type, state, attempts, createdAt, nextAttemptAt, body } = delivery;
  return {
    svixId,
    type,
    state,
    createdAt: new Date(createdAt).toISOString(),
    nextAttemptAt: state === 'pending' ? new Date(nextAttemptAt).toISOString() : null,
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    event: JSON.parse(body) as unknown,
  };
}

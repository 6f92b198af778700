import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { createSession, endSession, sessionsOfClient } from '../store/sessions.ts';
import { redeemTicket } from '../store/tickets.ts';
import { openClient } from './client.ts';

const taskQuery = z.object({ ticket: z.string() });

export function agentTaskRoutes(api: Server): void {
  /** The URL of an agent task: signs the browser in, then sends it to the page of the task. */
  api.get('/v1/agents/tasks', { schema: { querystring: taskQuery } }, (request, reply) => {
    const { store } = instanceOf(request);
    const { userId, session, redirectUrl } = redeemTicket(store, request.query.ticket, ['agent_task']);
    const { id: clientId } = openClient(request, reply);
    if (store.settings.single_session_mode) {
      for (const { id } of sessionsOfClient(store, clientId)) endSession(store, id, 'ended');
    }
    createSession(store, userId, { ...session, clientId });
    return reply.redirect(redirectUrl ?? '/', 307);
  });
}

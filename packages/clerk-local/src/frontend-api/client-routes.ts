import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { endSession, sessionsOfClient } from '../store/sessions.ts';
import { answer, currentClient } from './answers.ts';
import { changeClient, forgetClient, openClient, requireClient } from './client.ts';

export function clientRoutes(api: Server): void {
  // Null for a browser without a client: reading creates none.
  api.get('/v1/client', (request) => answer(request, currentClient(request)));

  for (const method of ['POST', 'PUT'] as const) {
    api.route({
      method,
      url: '/v1/client',
      handler: (request, reply) => {
        openClient(request, reply);
        return answer(request, currentClient(request));
      },
    });
  }

  /** Ends its sessions; the browser is a new client then. */
  api.delete('/v1/client', (request, reply) => {
    const { store } = instanceOf(request);
    for (const { id } of sessionsOfClient(store, requireClient(request).id)) endSession(store, id, 'ended');
    const response = currentClient(request);
    forgetClient(request, reply);
    return { response, client: null };
  });

  /** Signs out of everything in this browser, which stays the same client. */
  api.delete('/v1/client/sessions', (request) => {
    const { store } = instanceOf(request);
    for (const { id } of sessionsOfClient(store, requireClient(request).id)) endSession(store, id, 'removed');
    changeClient(request, (client) => {
      client.last_active_session_id = null;
      client.sign_in_id = null;
      client.sign_up_id = null;
    });
    return answer(request, currentClient(request));
  });
}

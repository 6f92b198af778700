import { hash } from 'node:crypto';
import { z } from 'zod';
import { notSupported } from '../server/operations.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { ClientRecord } from '../store/client-records.ts';
import { clerkError } from '../store/errors.ts';
import type { Session } from '../store/session-json.ts';
import { sessionsOfClient } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { pageOf, pageQuery } from './query.ts';

/** Clerk's client in the Backend API; times in ms since 1970. */
export interface ClientJson {
  object: 'client';
  id: string;
  session_ids: string[];
  sessions: Session[];
  sign_in_id: string | null;
  sign_up_id: string | null;
  last_active_session_id: string | null;
  last_authentication_strategy: string | null;
  created_at: number;
  updated_at: number;
}

const verifyParameters = z.strictObject({ token: z.string() });
const clientPath = z.object({ client_id: z.string() });

export function clientRoutes(api: Server): void {
  api.get('/clients', { schema: { querystring: pageQuery } }, (request) => {
    const { store } = instanceOf(request);
    const clients = store.clients.all().reverse();
    return pageOf(
      clients.map((client) => clientJson(store, client)),
      request.query,
    );
  });

  // Clerk's clients have a JWT, here they have a random token; both are opaque to who sends them.
  api.post('/clients/verify', { schema: { body: verifyParameters } }, (request) => {
    const { store } = instanceOf(request);
    const [client] = store.clients.where('token_hash', hash('sha256', request.body.token));
    if (client) return clientJson(store, client);
    throw clerkError(404, 'resource_not_found', 'Client not found', 'No client was found for this token');
  });

  // The SDK's; without this route it would be the id of a client.
  api.get('/clients/handshake_payload', () => {
    throw notSupported('GET /v1/clients/handshake_payload');
  });

  api.get('/clients/:client_id', { schema: { params: clientPath } }, (request) => {
    const { store } = instanceOf(request);
    return clientJson(store, store.clients.get(request.params.client_id));
  });
}

function clientJson(store: Store, client: ClientRecord): ClientJson {
  const sessions = sessionsOfClient(store, client.id);
  return {
    object: 'client',
    id: client.id,
    session_ids: sessions.map(({ id }) => id),
    sessions,
    sign_in_id: client.sign_in_id,
    sign_up_id: client.sign_up_id,
    last_active_session_id: client.last_active_session_id,
    last_authentication_strategy: client.last_authentication_strategy,
    created_at: client.created_at,
    updated_at: client.updated_at,
  };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerRefused, isOwnCaller } from '../server/access.ts';
import { routeNotFound } from '../server/errors.ts';
import { instancesOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError, notFound } from '../store/errors.ts';
import { addressRoutes } from './address-routes.ts';
import { clockRoutes } from './clock-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { faultRoutes } from './fault-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { mailRoutes } from './mail-routes.ts';
import { personRoutes } from './person-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { userRoutes } from './user-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** A file of routes below `/_local`; each may throw a `ClerkError`. */
const ROUTES: readonly ((api: Server) => void)[] = [
  addressRoutes,
  clockRoutes,
  deliveryRoutes,
  eventRoutes,
  faultRoutes,
  instanceRoutes,
  mailRoutes,
  personRoutes,
  sessionRoutes,
  settingsRoutes,
  userRoutes,
  webhookRoutes,
];

/** What pages of other ports of this machine may read: `/_local/users` and `/_local/users/:id/token`. */
const READABLE = /^\/_local\/users(\/[^/]+\/token)?$/;

/**
 * Endpoints that Clerk does not have, for developers and tests on this machine, at `/_local`. They need no
 * key; with one (`Authorization: Bearer sk_…`, or `?instance=ins_…` for the page, whose event stream has no
 * headers), they are about its instance instead of the main one.
 */
export function localApi(server: Server): void {
  server.register(
    (api: Server, _options, done) => {
      api.addHook('onRequest', async (request, reply): Promise<unknown> => {
        if (admitPage(request, reply)) return reply.status(204).send();
        request.setDecorator('instance', await chosenInstance(request));
        return undefined;
      });
      api.setNotFoundHandler(() => {
        throw routeNotFound();
      });
      for (const routes of ROUTES) routes(api);
      done();
    },
    { prefix: '/_local' },
  );
}

/**
 * Requests of a browser must come from the page itself. Pages on other ports of this machine may read the
 * list of people and their tokens: the API's Swagger UI offers the people and renews its token.
 * @returns true for a preflight request, which is answered by these headers. @throws 403
 */
function admitPage(request: FastifyRequest, reply: FastifyReply): boolean {
  if (isOwnCaller(request)) return false;
  const { origin } = request.headers;
  const [path = ''] = request.url.split('?');
  const isRead = request.method === 'GET' || request.method === 'OPTIONS';
  if (origin === undefined || !isRead || !READABLE.test(path)) throw callerRefused(request);
  reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' });
  if (request.method === 'GET') return false;
  reply.headers({ 'access-control-allow-methods': 'GET', 'access-control-allow-headers': '*' });
  return true;
}

async function chosenInstance(request: FastifyRequest): Promise<unknown> {
  const instances = instancesOf(request);
  const [, key] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) {
    const { instance: id } = request.query as { instance?: string };
    if (id === undefined) return instances.main;
    const chosen = instances.all().find((instance) => instance.id === id);
    if (!chosen) throw notFound('instance', id);
    return chosen;
  }
  const instance = await instances.bySecretKey(key);
  if (!instance) throw clerkError(401, 'clerk_key_invalid', 'The provided Clerk Secret Key is invalid.');
  return instance;
}

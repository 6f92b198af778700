import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Instance } from '../server/instance.ts';
import { meetFault } from '../server/interference.ts';
import { refuseUnknownRoutes } from '../server/operations.ts';
import { instanceOf, instancesOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { agentTaskRoutes } from './agent-task-routes.ts';
import { answerError } from './answers.ts';
import { clientRoutes } from './client-routes.ts';
import { findClient } from './client.ts';
import { consentRoutes } from './consent-routes.ts';
import { environmentRoutes } from './environment-routes.ts';
import { meEmailRoutes } from './me-email-routes.ts';
import { meExternalAccountRoutes } from './me-external-account-routes.ts';
import { mePasswordRoutes } from './me-password-routes.ts';
import { mePhoneRoutes } from './me-phone-routes.ts';
import { meRoutes } from './me-routes.ts';
import { meSessionRoutes } from './me-session-routes.ts';
import { npmRoutes } from './npm-routes.ts';
import { profileImageRoutes } from './profile-image-routes.ts';
import { reverificationRoutes } from './reverification-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInPasswordRoutes } from './sign-in-password-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { signInSecondFactorRoutes } from './sign-in-second-factor-routes.ts';
import { signUpRoutes } from './sign-up-routes.ts';

/** A file of routes of Clerk's Frontend API, with Clerk's paths; each may throw a `ClerkError`. */
const ROUTES: readonly ((api: Server) => void)[] = [
  agentTaskRoutes,
  clientRoutes,
  consentRoutes,
  environmentRoutes,
  keyRoutes,
  meEmailRoutes,
  meExternalAccountRoutes,
  mePasswordRoutes,
  mePhoneRoutes,
  meRoutes,
  meSessionRoutes,
  npmRoutes,
  profileImageRoutes,
  reverificationRoutes,
  sessionRoutes,
  signInPasswordRoutes,
  signInRoutes,
  signInSecondFactorRoutes,
  signUpRoutes,
];

const NAME = 'i[0-9a-f]{15}';

/**
 * Clerk's Frontend API: the main instance's at `/__clerk`, any instance's at `/__clerk/<name>`. That is its
 * `proxyUrl`: without one, Clerk's SDKs ask the host of the publishable key by https.
 */
export function frontendApi(server: Server): void {
  server.decorateRequest('client_id', null);
  for (const prefix of ['/__clerk', `/__clerk/:instance_name(^${NAME}$)`]) {
    server.register(
      (api: Server, _options, done) => {
        api.addContentTypeParser(
          'application/x-www-form-urlencoded',
          { parseAs: 'string' },
          (_request, text, parsed) => {
            parsed(null, Object.fromEntries(new URLSearchParams(text.toString())));
          },
        );
        api.addHook('onRequest', async (request, reply): Promise<unknown> => {
          if (admitPage(request, reply)) return reply.status(204).send();
          const instance = instanceOfPath(request);
          request.setDecorator('instance', instance);
          if (await meetFault(request, reply, 'frontend', instance)) return reply;
          findClient(request, reply);
          return undefined;
        });
        api.setErrorHandler(answerError);
        refuseUnknownRoutes(api, 'frontend', new RegExp(`^/__clerk(/${NAME})?`));
        for (const routes of ROUTES) routes(api);
        done();
      },
      { prefix },
    );
  }
}

function keyRoutes(api: Server): void {
  api.get('/.well-known/jwks.json', (request) => instanceOf(request).tokens.jwks);
}

function instanceOfPath(request: FastifyRequest): Instance {
  const { instance_name: name } = request.params as { instance_name?: string };
  const instances = instancesOf(request);
  if (name === undefined) return instances.main;
  const instance = instances.byName(name);
  if (instance) return instance;
  const text = 'No instance has this name yet. The first request with its secret key creates it.';
  throw clerkError(404, 'resource_not_found', 'not found', text);
}

/** Pages of any port of this machine, with cookies. Returns true for a preflight request. */
function admitPage(request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'authorization',
    vary: 'Origin',
  });
  if (request.method !== 'OPTIONS') return false;
  reply.headers({
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
  });
  return true;
}

import type { FastifyRequest } from 'fastify';
import { refusePages } from '../server/access.ts';
import { apiVersionOf } from '../server/api-version.ts';
import { meetFault } from '../server/interference.ts';
import { refuseUnknownRoutes } from '../server/operations.ts';
import { instancesOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { agentTaskRoutes } from './agent-task-routes.ts';
import { clientRoutes } from './client-routes.ts';
import { emailAddressRoutes } from './email-address-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { jwtTemplateRoutes } from './jwt-template-routes.ts';
import { phoneNumberRoutes } from './phone-number-routes.ts';
import { profileImageRoutes } from './profile-image-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { testingTokenRoutes } from './testing-token-routes.ts';
import { ticketRoutes } from './ticket-routes.ts';
import { userIdentificationRoutes } from './user-identification-routes.ts';
import { userPasswordRoutes } from './user-password-routes.ts';
import { userRoutes } from './user-routes.ts';
import { userStatusRoutes } from './user-status-routes.ts';
import { verificationRoutes } from './verification-routes.ts';

/** A file of routes below `/v1`; each may throw a `ClerkError`. */
const ROUTES: readonly ((api: Server) => void)[] = [
  agentTaskRoutes,
  clientRoutes,
  emailAddressRoutes,
  instanceRoutes,
  jwtTemplateRoutes,
  phoneNumberRoutes,
  profileImageRoutes,
  sessionRoutes,
  testingTokenRoutes,
  ticketRoutes,
  userIdentificationRoutes,
  userPasswordRoutes,
  userRoutes,
  userStatusRoutes,
  verificationRoutes,
];

/** Clerk's Backend API at `/v1`, for the instance of the secret key, and the main instance's public JWKS. */
export function backendApi(server: Server): void {
  server.register(
    (api: Server, _options, done) => {
      meetFaults(api);
      api.addHook('onRequest', (request, _reply, done) => {
        const error = keyError(request);
        if (!error) apiVersionOf(request);
        done(error);
      });
      refuseUnknownRoutes(api, 'backend');
      for (const routes of ROUTES) routes(api);
      done();
    },
    { prefix: '/v1' },
  );
  server.register((api: Server, _options, done) => {
    meetFaults(api);
    api.get('/.well-known/jwks.json', (request) => instancesOf(request).main.tokens.jwks);
    done();
  });
}

/** Before the key check: finds the key's instance, if any, counts the request and applies faults. */
function meetFaults(api: Server): void {
  api.addHook('onRequest', async (request, reply): Promise<unknown> => {
    refusePages(request);
    const instances = instancesOf(request);
    const key = bearer(request);
    const instance = key === undefined ? undefined : await instances.bySecretKey(key);
    request.setDecorator('instance', instance ?? null);

    const affected = instance ?? instances.main;
    const [path = ''] = request.url.split('?');
    affected.record(request.method, path);
    return (await meetFault(request, reply, 'backend', affected)) ? reply : undefined;
  });
}

function keyError(request: FastifyRequest): Error | undefined {
  if (bearer(request) === undefined) {
    const text = "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'";
    return clerkError(
      401,
      'authorization_header_format_invalid',
      'Invalid Authorization header format',
      text,
    );
  }
  if (request.getDecorator('instance') !== null) return undefined;
  const text = 'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.';
  return clerkError(401, 'clerk_key_invalid', text);
}

function bearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

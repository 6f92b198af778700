import { z } from 'zod';
import { newTicket } from '../server/new-ticket.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { createTicket, revokeTicket } from '../store/tickets.ts';
import type { ActorToken, SignInToken } from '../store/token-records.ts';
import { type ActorTokenJson, type SignInTokenJson, actorTokenJson, signInTokenJson } from './ticket-json.ts';

const signInTokenPath = z.object({ sign_in_token_id: z.string() });
const actorTokenPath = z.object({ actor_token_id: z.string() });

const THIRTY_DAYS_S = 30 * 24 * 3600;
const seconds = z.int().min(1).max(315_360_000);

const signInTokenParameters = z.strictObject({
  user_id: z.string(),
  expires_in_seconds: seconds.nullish(),
});

const actorTokenParameters = z.strictObject({
  user_id: z.string(),
  actor: z.looseObject({ sub: z.string() }),
  expires_in_seconds: seconds.default(3600),
  session_max_duration_in_seconds: seconds.default(1800),
});

export function ticketRoutes(api: Server): void {
  api.post('/sign_in_tokens', { schema: { body: signInTokenParameters } }, (request): SignInTokenJson => {
    const instance = instanceOf(request);
    const { user_id: userId, expires_in_seconds: lifetime } = request.body;
    instance.store.users.get(userId);
    const ticket = newTicket(instance, 'sign_in_token', lifetime ?? THIRTY_DAYS_S);
    return signInTokenJson(
      createTicket<SignInToken>(instance.store, { ...ticket, kind: 'sign_in_token', user_id: userId }),
    );
  });

  api.post(
    '/sign_in_tokens/:sign_in_token_id/revoke',
    { schema: { params: signInTokenPath } },
    (request): SignInTokenJson => {
      const { store } = instanceOf(request);
      return signInTokenJson(
        revokeTicket<SignInToken>(store, 'sign_in_token', request.params.sign_in_token_id),
      );
    },
  );

  api.post('/actor_tokens', { schema: { body: actorTokenParameters } }, (request): ActorTokenJson => {
    const instance = instanceOf(request);
    const { user_id: userId, actor, expires_in_seconds: lifetime, ...session } = request.body;
    instance.store.users.get(userId);
    const ticket = newTicket(instance, 'actor_token', lifetime);
    return actorTokenJson(
      createTicket<ActorToken>(instance.store, {
        ...ticket,
        ...session,
        kind: 'actor_token',
        user_id: userId,
        actor,
      }),
    );
  });

  api.post(
    '/actor_tokens/:actor_token_id/revoke',
    { schema: { params: actorTokenPath } },
    (request): ActorTokenJson => {
      const { store } = instanceOf(request);
      return actorTokenJson(revokeTicket<ActorToken>(store, 'actor_token', request.params.actor_token_id));
    },
  );
}

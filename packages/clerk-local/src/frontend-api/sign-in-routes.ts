import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { SignInRecord } from '../store/client-records.ts';
import { clerkError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import type { Store } from '../store/store.ts';
import { answerSignIn } from './answers.ts';
import { redeemNonce } from './client.ts';
import { firstFactor } from './first-factors.ts';
import { signInByProvider, transferToSignIn } from './oauth-strategies.ts';
import { needsClientTrust } from './second-factors.ts';
import { type SignInParameters, type SignInStrategy, signInParameters } from './sign-in-parameters.ts';
import {
  completeSignIn,
  findByIdentifier,
  getSignIn,
  identifiedSignIn,
  newSignIn,
  requireAdmitted,
  setFirstFactor,
} from './sign-ins.ts';
import { signInByTicket } from './ticket-strategy.ts';

const text = z.string().optional();

/** By `strategy`; `transfer` is the one of `transfer=true`, `ticket` the one of any `ticket`. */
const SIGN_IN_STRATEGIES: Readonly<Record<string, SignInStrategy>> = {
  oauth_google: signInByProvider,
  oauth_apple: signInByProvider,
  ticket: signInByTicket,
  transfer: transferToSignIn,
};

const signInPath = z.object({ sign_in_id: z.string() });
const prepareParameters = z.object({ strategy: z.string(), email_address_id: text, phone_number_id: text });
const attemptParameters = z.object({ strategy: z.string(), code: text, password: text });

export function signInRoutes(api: Server): void {
  api.post('/v1/client/sign_ins', { schema: { body: signInParameters } }, (request, reply) =>
    answerSignIn(request, startSignIn(request, reply, request.body)),
  );

  api.get('/v1/client/sign_ins/:sign_in_id', { schema: { params: signInPath } }, (request) => {
    const attempt = getSignIn(request, request.params.sign_in_id);
    redeemNonce(request, attempt.id);
    return answerSignIn(request, attempt);
  });

  api.post(
    '/v1/client/sign_ins/:sign_in_id/prepare_first_factor',
    { schema: { params: signInPath, body: prepareParameters } },
    (request) => answerSignIn(request, prepareFirstFactor(request, request.params.sign_in_id, request.body)),
  );

  api.post(
    '/v1/client/sign_ins/:sign_in_id/attempt_first_factor',
    { schema: { params: signInPath, body: attemptParameters } },
    (request) => answerSignIn(request, attemptFirstFactor(request, request.params.sign_in_id, request.body)),
  );
}

/** One call may identify the user and pass or prepare the first factor. */
function startSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  parameters: SignInParameters,
): SignInRecord {
  const { store } = instanceOf(request);
  const { identifier, strategy, ticket, transfer, password } = parameters;
  const name = transfer === 'true' ? 'transfer' : ticket === undefined ? strategy : 'ticket';
  const known = name !== undefined && Object.hasOwn(SIGN_IN_STRATEGIES, name);
  // One of no provider is refused there.
  const start = known ? SIGN_IN_STRATEGIES[name] : name?.startsWith('oauth_') ? signInByProvider : undefined;
  if (start) return start(request, newSignIn(request, reply), parameters);
  if (identifier === undefined) return newSignIn(request, reply);

  const userId = findByIdentifier(store, identifier);
  requireAdmitted(store, userId);
  if (strategy !== undefined) firstFactor(store, getUser(store, userId), strategy);
  const { id } = newSignIn(request, reply);
  const signIn = store.signIns.change(id, (draft) => {
    draft.identifier = identifier.trim();
    draft.user_id = userId;
    draft.status = 'needs_first_factor';
  });
  if (password !== undefined) return attemptFirstFactor(request, id, { ...parameters, strategy: 'password' });
  if (strategy === undefined || strategy === 'password') return signIn;
  return prepareFirstFactor(request, id, { strategy });
}

function prepareFirstFactor(
  request: FastifyRequest,
  id: string,
  parameters: z.output<typeof prepareParameters>,
): SignInRecord {
  const attempt = identifiedSignIn(request, id);
  const factor = firstFactor(attempt.store, attempt.user, parameters.strategy);
  if (!factor.prepare) throw strategyInvalid();
  return setFirstFactor(attempt.store, id, factor.prepare(attempt, parameters));
}

function attemptFirstFactor(
  request: FastifyRequest,
  id: string,
  parameters: z.output<typeof attemptParameters>,
): SignInRecord {
  const attempt = identifiedSignIn(request, id);
  const { store, user } = attempt;
  const { strategy } = parameters;
  const factor = firstFactor(store, user, strategy);
  const prepared = attempt.signIn.first_factor_verification;
  if (factor.prepare && prepared && prepared.strategy !== strategy) throw strategyInvalid();
  const verification = factor.attempt(attempt, parameters, (tried) => setFirstFactor(store, id, tried));
  const signIn = setFirstFactor(store, id, verification);
  if (strategy === 'reset_password_email_code') return setStatus(store, id, 'needs_new_password');
  if (needsClientTrust(store, signIn, user, strategy)) return setStatus(store, id, 'needs_client_trust');
  return completeSignIn(request, signIn, strategy);
}

function setStatus(store: Store, id: string, status: SignInRecord['status']): SignInRecord {
  return store.signIns.change(id, (signIn) => {
    signIn.status = status;
  });
}

function strategyInvalid(): Error {
  const message = 'The strategy is not valid for the current verification.';
  return clerkError(400, 'verification_strategy_invalid', 'has invalid strategy', message);
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, toClerkError } from '../server/errors.ts';
import { instanceOf } from '../server/server.ts';
import type { SignInRecord, SignUpRecord } from '../store/client-records.ts';
import type { Session } from '../store/session-json.ts';
import { clientJson } from './client-json.ts';
import { clientOf, originOf } from './client.ts';
import { sessionJson } from './session-json.ts';
import { signInJson } from './sign-in-json.ts';
import { signUpJson } from './sign-up-json.ts';

/** What was asked for and, in the same answer, the client: the SDKs take all their state from it. */
export function answer<T>(request: FastifyRequest, response: T) {
  return { response, client: currentClient(request) };
}

export function answerSignIn(request: FastifyRequest, signIn: SignInRecord) {
  return answer(request, signInJson(instanceOf(request).store, signIn));
}

export function answerSignUp(request: FastifyRequest, signUp: SignUpRecord) {
  return answer(request, signUpJson(instanceOf(request).store, signUp));
}

export function answerSession(request: FastifyRequest, session: Session) {
  return answer(request, sessionJson(instanceOf(request), session, originOf(request)));
}

/** Null when the request has no client. */
export function currentClient(request: FastifyRequest) {
  const client = clientOf(request);
  return client ? clientJson(instanceOf(request), client, originOf(request)) : null;
}

/** An error of this API carries the client, too: a wrong code, say, changes the attempt. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toClerkError(error);
  const hasInstance = request.getDecorator('instance') !== null;
  const client = hasInstance && request.method !== 'GET' ? currentClient(request) : null;
  if (known.retryAfter !== undefined) reply.header('retry-after', known.retryAfter);
  return reply
    .status(known.status)
    .send({ ...errorBody(known), ...(client === null ? {} : { meta: { client } }) });
}

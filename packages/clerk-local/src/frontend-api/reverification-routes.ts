import type { SessionVerificationJSON } from '@clerk/shared/types';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import { requireUnlocked } from '../store/lockout.ts';
import type { Reverification } from '../store/reverifications.ts';
import type { Session } from '../store/session-json.ts';
import { answer } from './answers.ts';
import { activeClientSession } from './client-sessions.ts';
import { originOf } from './client.ts';
import { type FirstFactor, type FactorAttempt, firstFactor, supportedFirstFactors } from './first-factors.ts';
import type { AsAnswered } from './sdk-types.ts';
import { sessionJson } from './session-json.ts';
import { verificationJson } from './verification-json.ts';

const sessionPath = z.object({ session_id: z.string() });
const text = z.string().optional();
const startParameters = z.object({ level: z.enum(['first_factor', 'second_factor', 'multi_factor']) });
const prepareParameters = z.object({ strategy: z.literal('email_code'), email_address_id: text });
const attemptParameters = z.object({
  strategy: z.enum(['password', 'email_code']),
  code: text,
  password: text,
});

/** Somebody who is signed in shows again who they are, e.g. for `useReverification`: `fva` is 0 then. */
export function reverificationRoutes(api: Server): void {
  const path = '/v1/client/sessions/:session_id/verify';

  // No user has a second factor: Clerk falls back to the first one.
  api.post(path, { schema: { params: sessionPath, body: startParameters } }, (request) => {
    const session = activeClientSession(request, request.params.session_id);
    const { store } = instanceOf(request);
    const started = {
      id: session.id,
      status: 'needs_first_factor',
      first_factor_verification: null,
    } as const;
    store.reverifications.put({ verified_at: null, ...store.reverifications.find(session.id), ...started });
    return answerReverification(request, session);
  });

  api.post(
    `${path}/prepare_first_factor`,
    { schema: { params: sessionPath, body: prepareParameters } },
    (request) => {
      const { session, factor, attempt } = openReverification(
        request,
        request.params.session_id,
        request.body,
      );
      const verification = factor.prepare?.(attempt, request.body) ?? null;
      change(request, session, { first_factor_verification: verification });
      return answerReverification(request, session);
    },
  );

  api.post(
    `${path}/attempt_first_factor`,
    { schema: { params: sessionPath, body: attemptParameters } },
    (request) => {
      const { session, factor, attempt } = openReverification(
        request,
        request.params.session_id,
        request.body,
      );
      const verification = factor.attempt(attempt, request.body, (tried) => {
        change(request, session, { first_factor_verification: tried });
      });
      const verifiedAt = instanceOf(request).store.now();
      change(request, session, {
        first_factor_verification: verification,
        status: 'complete',
        verified_at: verifiedAt,
      });
      return answerReverification(request, session);
    },
  );
}

/** @throws 400 when none was started or it is complete, 403 for a locked user */
function openReverification(
  request: FastifyRequest,
  sessionId: string,
  { strategy }: { strategy: string },
): { session: Session; factor: FirstFactor; attempt: FactorAttempt } {
  const { store } = instanceOf(request);
  const session = activeClientSession(request, sessionId);
  const reverification = store.reverifications.find(session.id);
  if (reverification?.status !== 'needs_first_factor') {
    const message = 'You need to start a new session verification flow first';
    throw clerkError(400, 'session_reverification_missing', 'is missing', message);
  }
  requireUnlocked(store, store.users.get(session.user_id));
  const user = getUser(store, session.user_id);
  const signIn = { identifier: null, first_factor_verification: reverification.first_factor_verification };
  return { session, factor: firstFactor(store, user, strategy), attempt: { store, user, signIn } };
}

function change(request: FastifyRequest, { id }: Session, changes: Partial<Reverification>): void {
  instanceOf(request).store.reverifications.change(id, (draft) => Object.assign(draft, changes));
}

function answerReverification(request: FastifyRequest, session: Session) {
  const instance = instanceOf(request);
  const { store } = instance;
  const { status, first_factor_verification: verification } = store.reverifications.get(session.id);
  const factors = supportedFirstFactors(store, getUser(store, session.user_id));
  return answer(request, {
    object: 'session_reverification',
    level: 'first_factor',
    status,
    supported_first_factors: factors.filter(({ strategy }) => ['password', 'email_code'].includes(strategy)),
    supported_second_factors: null,
    first_factor_verification: verification && verificationJson(store, verification),
    second_factor_verification: null,
    session: sessionJson(instance, session, originOf(request)),
  } satisfies AsAnswered<Omit<SessionVerificationJSON, 'id' | 'object'>>);
}

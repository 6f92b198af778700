import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import type { AttemptVerification } from '../store/client-records.ts';
import { checkCode } from '../store/codes.ts';
import { clerkError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import { countFailedAttempt } from '../store/users.ts';
import { answerSignIn } from './answers.ts';
import { type IdentifiedSignIn, sendEmailCode } from './first-factors.ts';
import { completeSignIn, getSignIn, identifiedSignIn } from './sign-ins.ts';

const signInPath = z.object({ sign_in_id: z.string() });
const strategy = z.literal('email_code');
const prepareParameters = z.object({ strategy, email_address_id: z.string().optional() });
const attemptParameters = z.object({ strategy, code: z.string().optional() });

/** The code that a password sign-in on a new device needs. */
export function signInSecondFactorRoutes(api: Server): void {
  api.post(
    '/v1/client/sign_ins/:sign_in_id/prepare_second_factor',
    { schema: { params: signInPath, body: prepareParameters } },
    (request) => {
      const attempt = untrustedSignIn(request, request.params.sign_in_id);
      const { store, signIn } = attempt;
      const verification = sendEmailCode(
        'email_code',
        attempt,
        request.body,
        signIn.second_factor_verification,
      );
      setSecondFactor(store, signIn.id, verification);
      return answerSignIn(request, getSignIn(request, signIn.id));
    },
  );

  api.post(
    '/v1/client/sign_ins/:sign_in_id/attempt_second_factor',
    { schema: { params: signInPath, body: attemptParameters } },
    (request) => {
      const { store, signIn, user } = untrustedSignIn(request, request.params.sign_in_id);
      checkCode(store, signIn.second_factor_verification, request.body.code, (verification) => {
        setSecondFactor(store, signIn.id, verification);
        if (verification.status !== 'verified') countFailedAttempt(store, user.id);
      });
      return answerSignIn(request, completeSignIn(request, getSignIn(request, signIn.id), 'password'));
    },
  );
}

/** @throws Clerk's errors for a sign-in that is not open or needs no second factor */
function untrustedSignIn(request: FastifyRequest, id: string): IdentifiedSignIn {
  const attempt = identifiedSignIn(request, id);
  if (attempt.signIn.status === 'needs_client_trust') return attempt;
  const text = 'No second factors were found for strategy email_code.';
  throw clerkError(400, 'no_second_factors', 'no second factors', text);
}

function setSecondFactor(store: Store, id: string, verification: AttemptVerification): void {
  store.signIns.change(id, (signIn) => {
    signIn.second_factor_verification = verification;
  });
}

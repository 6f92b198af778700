import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { AttemptVerification, SignUpRecord } from '../store/client-records.ts';
import { checkCode, sendCode } from '../store/codes.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import { answerSignUp } from './answers.ts';
import { redeemNonce } from './client.ts';
import { signUpByProvider, transferToSignUp } from './oauth-strategies.ts';
import {
  type SignUpParameters,
  type SignUpStrategy,
  changeFields,
  readFields,
  signUpParameters,
} from './sign-up-fields.ts';
import { completeSignUp, getSignUp, newSignUp, openSignUp } from './sign-ups.ts';

/** The identifier that each code verifies. */
const VERIFIES = { email_code: 'email_address', phone_code: 'phone_number' } as const;

/** By `strategy`; `transfer` is the one of `transfer=true`, `ticket` the one of any `ticket`. */
const SIGN_UP_STRATEGIES: Readonly<Record<string, SignUpStrategy>> = {
  // Of `signUp.password()`; the password is one of the fields.
  password: () => undefined,
  email_code: (request, signUp) => {
    prepare(request, signUp, 'email_code');
  },
  phone_code: (request, signUp) => {
    prepare(request, signUp, 'phone_code');
  },
  oauth_google: signUpByProvider,
  oauth_apple: signUpByProvider,
  transfer: transferToSignUp,
};

const signUpPath = z.object({ sign_up_id: z.string() });
const strategy = z.enum(['email_code', 'phone_code']);
const prepareParameters = z.object({ strategy });
const attemptParameters = z.strictObject({ strategy, code: z.string().optional() });

export function signUpRoutes(api: Server): void {
  api.post('/v1/client/sign_ups', { schema: { body: signUpParameters } }, (request, reply) => {
    const fields = readFields(instanceOf(request).store, request.body);
    const start = strategyOf(request.body);
    const { id } = newSignUp(request, reply);
    return goOn(request, id, fields, start);
  });

  api.get('/v1/client/sign_ups/:sign_up_id', { schema: { params: signUpPath } }, (request) => {
    const attempt = getSignUp(request, request.params.sign_up_id);
    redeemNonce(request, attempt.id);
    return answerSignUp(request, attempt);
  });

  const withFields = { schema: { params: signUpPath, body: signUpParameters } };
  api.patch('/v1/client/sign_ups/:sign_up_id', withFields, (request) => {
    const { id } = openSignUp(request, request.params.sign_up_id);
    const fields = readFields(instanceOf(request).store, request.body);
    return goOn(request, id, fields, strategyOf(request.body));
  });

  api.post(
    '/v1/client/sign_ups/:sign_up_id/prepare_verification',
    { schema: { params: signUpPath, body: prepareParameters } },
    (request) => {
      const signUp = openSignUp(request, request.params.sign_up_id);
      prepare(request, signUp, request.body.strategy);
      return answerSignUp(request, getSignUp(request, signUp.id));
    },
  );

  api.post(
    '/v1/client/sign_ups/:sign_up_id/attempt_verification',
    { schema: { params: signUpPath, body: attemptParameters } },
    (request) => {
      const { store } = instanceOf(request);
      const { id, verifications } = openSignUp(request, request.params.sign_up_id);
      const field = VERIFIES[request.body.strategy];
      checkCode(store, verifications[field], request.body.code, (verification) => {
        setVerification(store, id, field, verification);
      });
      return answerSignUp(request, completeSignUp(request, id));
    },
  );
}

function strategyOf(
  parameters: SignUpParameters,
): ((request: FastifyRequest, signUp: SignUpRecord) => void) | undefined {
  const { strategy, ticket, transfer } = parameters;
  const name = transfer === 'true' ? 'transfer' : ticket === undefined ? strategy : 'ticket';
  if (name === undefined) return undefined;
  const start = Object.hasOwn(SIGN_UP_STRATEGIES, name) ? SIGN_UP_STRATEGIES[name] : undefined;
  if (start) {
    return (request, signUp) => {
      start(request, signUp, parameters);
    };
  }
  const text = `${name} does not match one of the allowed values for parameter strategy`;
  throw parameterError('form_param_value_invalid', 'strategy', 'is invalid', text);
}

function goOn(
  request: FastifyRequest,
  id: string,
  fields: Partial<SignUpRecord>,
  start: ReturnType<typeof strategyOf>,
) {
  const signUp = changeFields(instanceOf(request).store, id, fields);
  start?.(request, signUp);
  return answerSignUp(request, completeSignUp(request, id));
}

function prepare(request: FastifyRequest, signUp: SignUpRecord, strategy: keyof typeof VERIFIES): void {
  const { store } = instanceOf(request);
  const field = VERIFIES[strategy];
  const to = signUp[field];
  if (to === null) {
    const text = 'The strategy is not valid for the current verification.';
    throw clerkError(400, 'verification_strategy_invalid', 'has invalid strategy', text);
  }
  const recipient = { strategy, to, user_id: null, identification_id: null };
  setVerification(store, signUp.id, field, sendCode(store, recipient, signUp.verifications[field]));
}

function setVerification(
  store: Store,
  id: string,
  field: 'email_address' | 'phone_number',
  verification: AttemptVerification,
): void {
  store.signUps.change(id, (signUp) => {
    signUp.verifications[field] = verification;
  });
}

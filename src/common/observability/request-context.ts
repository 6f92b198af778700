import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';
import type { FastifyInstance, onRequestHookHandler, preHandlerHookHandler } from 'fastify';
import type { Types } from 'mongoose';
import type { Principal } from '../principal.js';
import type { ProblemCode } from '../problem.js';
import type { Refusal } from '../refused-token.js';

/** What ties log lines and spans to the request that caused them. */
export interface CallContext {
  /** Absent for work in the background. */
  readonly requestId?: string | undefined;
  /** Set when the request is traced. */
  readonly traceId?: string | undefined;
  /** The span that is open; the parent of the next one. */
  readonly span?: Context | undefined;
}

/**
 * All that the service knows of one request. The rooms above add fields of their own by declaration merging.
 */
export class RequestContext implements CallContext {
  traceId?: string;
  span?: Context;
  /** Of a good token, on public routes too. Set by `Authentication`. */
  caller?: Principal;
  /** Set by `ClerkGuard`; absent on public routes. */
  principal?: Principal;
  /** Set by `UserSyncInterceptor`. */
  userId?: Types.ObjectId;
  /** The code of the problem that it was answered with. */
  problem?: ProblemCode;
  /** Why its token was refused. */
  refusal?: Refusal;

  constructor(readonly requestId: string) {}
}

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Set by the first of our hooks. Nest answers preflights before it: they are logged without a context.
     */
    context: RequestContext;
  }
}

const storage = new AsyncLocalStorage<CallContext | undefined>();

/** The context of the code that is running; undefined in the background. */
export function currentContext(): CallContext | undefined {
  return storage.getStore();
}

/** Runs the work, and all that it starts, in this context. */
export function runInContext<T>(context: CallContext | undefined, work: () => T): T {
  return storage.run(context, work);
}

/** Gives each request its context. */
export function decorateWithContext(instance: FastifyInstance): void {
  instance.decorateRequest('context', null as never);
}

/** onRequest, the first one. */
export const createContext: onRequestHookHandler = (request, _reply, done) => {
  request.context = new RequestContext(request.id);
  done();
};

/** preHandler: later than the parser, which reads the body in the context of the connection. */
export const enterContext: preHandlerHookHandler = (request, _reply, done) => {
  storage.run(request.context, done);
};

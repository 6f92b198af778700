import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest, preHandlerHookHandler } from 'fastify';
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
  /** Of a good token. Set by `Authentication`, with limits on for public routes as well. */
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

const CONTEXT = Symbol('request context');

declare module 'fastify' {
  interface FastifyRequest {
    /** Made when it is first asked for: requests that Nest answers before our hooks have one as well. */
    readonly context: RequestContext;
    [CONTEXT]: RequestContext | null;
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
  instance.decorateRequest(CONTEXT, null);
  instance.decorateRequest('context', {
    getter(this: FastifyRequest): RequestContext {
      return (this[CONTEXT] ??= new RequestContext(this.id));
    },
  });
}

/**
 * preHandler: later than the parser, which reads the body in the context of the connection. Background work
 * keeps the ids for long, and must not keep the user with them.
 */
export const enterContext: preHandlerHookHandler = (request, _reply, done) => {
  const { requestId, traceId, span } = request.context;
  storage.run({ requestId, traceId, span }, done);
};

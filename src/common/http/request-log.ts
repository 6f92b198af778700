import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type ProblemCode, PROBLEMS } from '../problem.js';
import { PROBE_ROUTES } from './overload.js';

/** One log line per request, when it ends: ids and outcome. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): void {
    // The line at the end is enough.
  }

  override requestCompleted(_error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    logRequest(request, reply, { status: reply.statusCode });
  }
}

/** Logs a request whose caller hung up before the answer was sent. Fastify calls no log hook for it. */
export function logAborted(request: FastifyRequest, reply: FastifyReply): void {
  logRequest(request, reply, { status: null, aborted: true });
}

/** Logs what never reached a route: a malformed URL or malformed headers. */
export function logUnrouted(
  logger: { info(fields: object): void },
  method: string | null,
  code: ProblemCode,
): void {
  logger.info({ msg: 'request', method, route: null, status: PROBLEMS[code].status, code });
}

function logRequest(request: FastifyRequest, { elapsedTime }: FastifyReply, outcome: object): void {
  const { userId, problem, refusal } = request.context;
  // Probes come several times a second.
  const isProbe = PROBE_ROUTES.has(request.routeOptions.url ?? '') && problem === undefined;
  request.log[isProbe ? 'debug' : 'info']({
    msg: 'request',
    method: request.method,
    // The pattern, not the URL: ids, tokens and search words stay out of the logs.
    route: request.routeOptions.url ?? null,
    ...outcome,
    userId: userId === undefined ? undefined : String(userId),
    code: problem,
    ...refusal,
    ms: Math.round(elapsedTime),
  });
}

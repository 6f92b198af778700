import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics } from '../observability/metrics.js';
import { isUnavailable, mongoFaultName } from '../mongodb/mongo-errors.js';
import { PROBLEMS, ProblemError, problemBody, type ProblemCode } from '../problem.js';
import { RefusedToken } from '../refused-token.js';
import { RouteTable } from './route-table.js';

const RETRY_AFTER_SECONDS = 1;
const READINESS = '/health/ready';

/** Headers of the intended answer; some may be set when a handler fails. */
const OF_A_SUCCESS = [
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'etag',
  'last-modified',
  'link',
  'location',
];

/** RFC 6750 §3.1 has no code for missing credentials; `invalid_request` is the closest. */
const BEARER_ERRORS: Partial<Record<ProblemCode, string>> = { unauthenticated: 'invalid_request' };

/** Codes of framework errors (router, body parser) by status; `validation_failed` for any other 4xx. */
const CODE_BY_STATUS: Partial<Record<number, ProblemCode>> = {
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** Answers any error of handlers, router or body parser with `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly metrics: Metrics,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // An unknown path is 404, whatever its body parser finds wrong.
    const isNowhere = request.is404 && !(exception instanceof ProblemError);
    const allowed = isNowhere ? this.routes.methodsAt(request.url, request.method) : [];
    const problem = isNowhere
      ? new ProblemError(allowed.length > 0 ? 'method_not_allowed' : 'not_found')
      : toProblem(exception);
    const { code, errors } = problem;
    const { status } = PROBLEMS[code];

    // Rate-limited requests and probes come often: the request's own log line is enough.
    const isSaid = code === 'overloaded' || request.routeOptions.url === READINESS || isGone(request);
    if (status >= 500 && !isSaid) request.log.error({ err: exception, code }, 'request failed');
    const mongoFault = status >= 500 ? mongoFaultName(exception) : undefined;
    if (mongoFault !== undefined) this.metrics.mongoFaults.inc({ cause: mongoFault });
    if (code === 'internal_error' && !isGone(request)) this.metrics.unknownFaults.inc();
    if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    if (status === 401) {
      const error = BEARER_ERRORS[code] ?? 'invalid_token';
      void reply.header('www-authenticate', `Bearer error="${error}", error_description="${code}"`);
    }
    if (status === 503 || status === 429)
      void reply.header('retry-after', problem.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
    for (const header of OF_A_SUCCESS) void reply.removeHeader(header);
    request.context.problem = code;
    if (problem instanceof RefusedToken) {
      request.context.refusal = problem.refusal;
      this.metrics.tokensRefused.inc({ reason: problem.refusal.reason });
    }
    void reply
      .status(status)
      .headers(problem.headers)
      .header('content-type', 'application/problem+json')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problemBody(code, request.id, problem.message, errors)));
  }
}

/**
 * Whether the caller closed the connection before the request was complete: the error is that, and no
 * one reads the answer.
 */
function isGone({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

function toProblem(exception: unknown): ProblemError {
  if (exception instanceof ProblemError) return exception;
  if (exception instanceof HttpException) {
    const status = exception.getStatus();
    if (status < 500) return new ProblemError(CODE_BY_STATUS[status] ?? 'validation_failed');
  }
  if (isUnavailable(exception)) {
    return new ProblemError('dependency_unavailable', undefined, { cause: exception });
  }
  return new ProblemError('internal_error', undefined, { cause: exception });
}

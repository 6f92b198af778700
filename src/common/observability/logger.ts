import type { LoggerService } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { Error as MongooseError, mongo } from 'mongoose';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { unwrapped } from '../mongodb/mongo-errors.js';
import { PROBE_ROUTES } from '../http/overload.js';
import { type ProblemCode, PROBLEMS } from '../problem.js';
import { requestIds } from './request-context.js';

/** The logger of an instance: JSON lines, on standard output unless they go elsewhere. Headers and bodies are never logged. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    // Of an error that comes without words pino would say the error's own.
    hooks: {
      logMethod(args, method) {
        const [fields, ...words] = args as unknown as [
          { err?: unknown; msg?: unknown } | undefined,
          ...string[],
        ];
        const isBare = fields?.err instanceof Error && fields.msg === undefined && words.length === 0;
        method.apply(this, isBare ? [fields, 'error'] : args);
      },
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** One line per request: ids and outcome. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): void {
    // The line at the end says it all.
  }

  override requestCompleted(_error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    logRequest(request, reply, { status: reply.statusCode });
  }
}

/** The line of a request whose caller hung up before the answer was out. Fastify tells nobody of it. */
export function logAborted(request: FastifyRequest, reply: FastifyReply): void {
  logRequest(request, reply, { status: null, aborted: true });
}

/** The line of what can't be read as a request for a route: an address or headers that are none. */
export function logUnrouted(
  logger: { info(fields: object): void },
  method: string | null,
  code: ProblemCode,
): void {
  logger.info({ msg: 'request', method, route: null, status: PROBLEMS[code].status, code });
}

function logRequest(request: FastifyRequest, { elapsedTime }: FastifyReply, outcome: object): void {
  // Machines ask several times a second, and are answered alike.
  const isProbe = PROBE_ROUTES.has(request.routeOptions.url ?? '') && request.problem === undefined;
  request.log[isProbe ? 'debug' : 'info']({
    msg: 'request',
    method: request.method,
    // The pattern, not the address: ids, tokens and search words stay out of the logs.
    route: request.routeOptions.url ?? null,
    ...outcome,
    // Ids of ours only; `code` says what went wrong.
    userId: request.synced === undefined ? undefined : String(request.synced.user._id),
    code: request.problem,
    ...request.refusal,
    ms: Math.round(elapsedTime),
  });
}

/** Contexts of what Nest says of itself at a start: a line for each module and each route. */
const OF_NEST_ITSELF = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Gives Nest's own messages, and those of `new Logger(context)`, to pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.write(OF_NEST_ITSELF.has(context.at(-1)) ? 'debug' : 'info', message, context);
  }

  error(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }

  private write(level: 'info' | 'error' | 'warn' | 'debug', message: unknown, context: unknown[]): void {
    const name = context.at(-1);
    const fields = fieldsOf(message);
    this.logger[level]({
      context: typeof name === 'string' ? name : undefined,
      ...requestIds.getStore(),
      ...fields,
    });
  }
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { err: message };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}

/** Class, code and where; the message only where it can't quote what somebody sent. */
function describeError(thrown: unknown): unknown {
  const error = unwrapped(thrown);
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return {
    type: error.name,
    code,
    // MongoDB's name of the code.
    codeName: error instanceof mongo.MongoError ? (error as { codeName?: unknown }).codeName : undefined,
    message: isQuoting(error, code) ? undefined : error.message,
    at: frames?.slice(0, 12),
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}

/** MongoDB and mongoose quote the values they refuse, Fastify addresses, and `JSON.parse` what it can't read. */
function isQuoting(error: Error, code: unknown): boolean {
  return (
    error instanceof mongo.MongoError ||
    error instanceof MongooseError ||
    error instanceof SyntaxError ||
    (typeof code === 'string' && code.startsWith('FST_'))
  );
}

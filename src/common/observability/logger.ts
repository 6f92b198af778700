import process from 'node:process';
import type { LoggerService } from '@nestjs/common';
import { Error as MongooseError, mongo } from 'mongoose';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { unwrapped } from '../mongodb/mongo-errors.js';
import { currentContext } from './request-context.js';

/**
 * JSON lines, on standard output unless there is a `destination`. Headers and bodies are never logged.
 */
export function createLogger(level: string, destination = (standardOutput ??= openStandardOutput())): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    // For an error without a message of ours, pino would log the error's own, which can quote user data.
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
  return pino(options, destination);
}

let standardOutput: DestinationStream | undefined;

/** Standard output; the lines of one turn of the event loop are written with one system call. */
function openStandardOutput(): DestinationStream {
  const output = pino.destination({ sync: true });
  let lines = '';
  let isWriteDue = false;
  const writeLines = () => {
    isWriteDue = false;
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.on('exit', writeLines);
  return {
    write(line) {
      lines += line;
      if (isWriteDue) return;
      isWriteDue = true;
      setImmediate(writeLines);
    },
  };
}

/** Contexts of Nest's own start-up messages: one line for each module and each route. */
const NEST_CONTEXTS = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Passes Nest's own messages, and those of `new Logger(context)`, to pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.write(NEST_CONTEXTS.has(context.at(-1)) ? 'debug' : 'info', message, context);
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
    const { requestId, traceId } = currentContext() ?? {};
    this.logger[level]({
      context: typeof name === 'string' ? name : undefined,
      requestId,
      traceId,
      ...fieldsOf(message),
    });
  }
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { err: message };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}

/** Class, code and stack; the message only where it can't quote what a caller sent. */
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

/** MongoDB and mongoose quote the values they refuse, Fastify quotes URLs, and `JSON.parse` its input. */
function isQuoting(error: Error, code: unknown): boolean {
  return (
    error instanceof mongo.MongoError ||
    error instanceof MongooseError ||
    error instanceof SyntaxError ||
    (typeof code === 'string' && code.startsWith('FST_'))
  );
}

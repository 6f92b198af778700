import process from 'node:process';
import { isRefusal, isUnavailable, mongoFaultName } from './common/mongo-errors.js';
import { ProblemError } from './common/problem.js';
import { ConfigError, EXIT_CONFIG, parseConfig } from './config/config.js';

/** EX_UNAVAILABLE of sysexits.h. */
const EXIT_UNAVAILABLE = 69;
const DUPLICATE_KEY = 11000;

/**
 * The process: serves by its environment until a signal. A start that can't work says why, once, and exits.
 * @param takeOver called once signals are handled here
 */
export async function start(takeOver: () => void): Promise<void> {
  try {
    const config = parseConfig();
    const serving: Serving = {};
    stopOnSignal(serving, config.shutdownGraceMs);
    takeOver();
    // Loading the rest takes seconds; what is wrong with the configuration is told before.
    const { serve, stop } = await import('./server.js');
    const app = await serve(config);
    serving.stop = () => stop(app, config.shutdownDrainMs);
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    process.exit(exitCode);
  }
}

/** What the operator reads. Never the connection string: it may hold a password. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof ConfigError) return { message: error.message, exitCode: EXIT_CONFIG };
  // It would be refused the next time, too.
  if (error instanceof Error && isRefusal(error)) {
    return { message: explainMongo(error), exitCode: EXIT_CONFIG };
  }
  if (isUnavailable(error) || isUnreachable(error)) {
    if (error instanceof Error && error.name === 'MongoServerError') {
      return {
        message: `MongoDB answers, but can't do what a start needs: ${String(mongoFaultName(error))}. Start again when it can.`,
        exitCode: EXIT_UNAVAILABLE,
      };
    }
    return {
      message: 'MongoDB does not answer at MONGODB_URI. Is it running, and may this machine reach it?',
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  if (error instanceof ProblemError && error.code === 'dependency_unavailable') {
    return {
      message: 'MongoDB or Clerk does not answer, or Clerk refuses CLERK_SECRET_KEY. Nothing more was done.',
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  // By name, because the driver's parser of addresses has classes of its own.
  if (error instanceof Error && /^Mongo[A-Z]\w+Error$/.test(error.name)) {
    return { message: explainMongo(error), exitCode: EXIT_CONFIG };
  }
  if (error instanceof Error && (error as { code?: unknown }).code === 'EADDRINUSE') {
    return {
      message: `The port is taken: ${error.message}. Set PORT to a free one.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Roavelo API could not start: ${reason}`, exitCode: 1 };
}

/** The host of a mongodb+srv:// address isn't found, or none of its servers. */
function isUnreachable(error: unknown): boolean {
  const { name, syscall } = error as { name?: unknown; syscall?: unknown };
  return name === 'MongooseServerSelectionError' || syscall === 'querySrv' || syscall === 'queryTxt';
}

/** Not in the error's own words: they quote what is wrong, be it a password with a slash or a document. */
function explainMongo(error: Error & { code?: unknown; codeName?: unknown }): string {
  if (error.code === DUPLICATE_KEY) {
    const fields = Object.keys((error as { keyPattern?: object }).keyPattern ?? {}).join(', ');
    return `A unique index can't be made: several documents have the same ${fields}. Find them in MongoDB and mend them, then start again.`;
  }
  if (error.name === 'MongoServerError') {
    return `MongoDB refuses what a start needs: ${String(error.codeName ?? error.code)}. Is the user of MONGODB_URI right, and may it read and write?`;
  }
  return `MONGODB_URI is no address that MongoDB's driver can use (${error.name}). Is everything special in the password percent-encoded?`;
}

/** Without `stop` it has only begun to start. */
interface Serving {
  stop?: () => Promise<void>;
}

/** Before there is an app there is nothing to close, but the process may be one whose signals have no effect of their own. */
function stopOnSignal(serving: Serving, graceMs: number): void {
  let isStopping = false;
  const onSignal = () => {
    // For whoever can't wait. As the first process of a container it would not end by the signal itself.
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), graceMs).unref();
    Promise.resolve(serving.stop?.()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

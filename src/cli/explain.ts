import { UsageError } from './command-line.js';
import {
  ConnectionError,
  DUPLICATE_KEY,
  isRefusal,
  isUnavailable,
  mongoFaultName,
  type SelectionFailure,
  selectionFailure,
} from '../common/mongodb/mongo-errors.js';
import { EXIT_CONFIG, EXIT_UNAVAILABLE, EXIT_USAGE } from '../common/exit-codes.js';
import { ProblemError } from '../common/problem.js';
import { ConfigError } from '../config/config.js';
import { explainClerk } from '../clerk/clerk-failure.js';

/** MongoDB's AuthenticationFailed, and the code that Atlas uses for all refusals. */
const WRONG_LOGIN = new Set<unknown>([18, 8000]);

export interface Explanation {
  message: string;
  exitCode: number;
}

/**
 * Explains an error to the operator: the setting and what to do. It never quotes error messages that may
 * contain the connection string, which may contain a password.
 * @param variable the environment variable that holds the address of MongoDB
 */
export function explain(error: unknown, variable = 'MONGODB_URI'): Explanation {
  if (error instanceof UsageError) return { message: error.message, exitCode: EXIT_USAGE };
  if (error instanceof ConfigError) return { message: error.message, exitCode: EXIT_CONFIG };
  if (error instanceof ConnectionError) return explain(error.cause, error.variable);
  if (error instanceof ProblemError && error.code === 'dependency_unavailable') {
    const explained = explainCauses(error, variable);
    return { ...explained, message: `${explained.message} Nothing more was done.` };
  }
  const explained = explainMongo(error, variable);
  if (explained !== undefined) return explained;
  if (error instanceof Error && (error as { code?: unknown }).code === 'EADDRINUSE') {
    return {
      message: `The port is taken: ${error.message}. Set PORT to a free one.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Roavelo API could not start: ${reason}`, exitCode: 1 };
}

/** Finds MongoDB's or Clerk's error among the causes. */
function explainCauses(error: ProblemError, variable: string): Explanation {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const explained = explainMongo(cause, variable) ?? explainClerk(cause);
    if (explained !== undefined) return explained;
  }
  return { message: 'MongoDB or Clerk does not answer.', exitCode: EXIT_UNAVAILABLE };
}

function explainMongo(error: unknown, variable: string): Explanation | undefined {
  if (!(error instanceof Error)) return undefined;
  const selection = selectionFailure(error);
  if (selection !== undefined) return explainSelection(selection, variable);
  // A retry would be refused as well.
  if (isRefusal(error)) return { message: explainRefusal(error, variable), exitCode: EXIT_CONFIG };
  if (isUnavailable(error)) {
    const answers = error.name === 'MongoServerError';
    const message = answers
      ? `MongoDB answers, but an operation of the start fails for now: ${String(mongoFaultName(error))}. Try again later.`
      : `MongoDB does not answer at ${variable}. Is it running, and may this machine reach it?`;
    return { message, exitCode: EXIT_UNAVAILABLE };
  }
  // By name, because the driver's parser of connection strings has its own classes.
  if (!/^Mongo[A-Z]\w+Error$/.test(error.name)) return undefined;
  return { message: explainRefusal(error, variable), exitCode: EXIT_CONFIG };
}

/** Never quotes the error's message: it may contain a password or a document. */
function explainRefusal(error: Error & { code?: unknown; codeName?: unknown }, variable: string): string {
  if (error.code === DUPLICATE_KEY) {
    const fields = Object.keys((error as { keyPattern?: object }).keyPattern ?? {}).join(', ');
    return `A unique index can't be made: several documents have the same ${fields}. Correct them in MongoDB, then start again.`;
  }
  if (error.name !== 'MongoServerError') {
    return `${variable} is no address that MongoDB's driver can use (${error.name}). Are special characters in the password percent-encoded?`;
  }
  const what = `MongoDB refuses what a start needs: ${String(error.codeName ?? error.code)}.`;
  return WRONG_LOGIN.has(error.code)
    ? `${what} Name or password in ${variable} is wrong, or its authSource is not the database of this user.`
    : `${what} Check the user in ${variable} and its right to read and write.`;
}

function explainSelection({ kind, code }: SelectionFailure, variable: string): Explanation {
  const away = (hint: string) => ({
    message: `MongoDB does not answer at ${variable}. ${hint}`,
    exitCode: EXIT_UNAVAILABLE,
  });
  switch (kind) {
    case 'another replica set':
      return {
        message: `MongoDB answers at ${variable}, but is not of the replica set that \`replicaSet\` names there. Use the name of the set (\`rs.conf()._id\` in mongosh), or remove \`replicaSet\`.`,
        exitCode: EXIT_CONFIG,
      };
    case 'not initiated':
      return away(
        'A server is there, but its replica set was never initiated: run `rs.initiate()` in mongosh.',
      );
    case 'no primary':
      return away('Its replica set has no primary now. Start again when `rs.status()` in mongosh names one.');
    case 'unknown srv host':
      return away(
        code === 'ENOTFOUND' || code === 'ENODATA'
          ? `Its mongodb+srv:// host has no SRV record in DNS (${code}). Is the name right?`
          : `DNS did not tell the servers of its mongodb+srv:// host (${code}). Can this machine reach its DNS server?`,
      );
    case 'unknown host':
      return away(
        `DNS knows no such host (${code}). Is the name right? This machine must also resolve the names of the replica set's members (\`rs.conf()\`).`,
      );
    case 'no connection':
      return away(
        `Is it running, and may this machine reach it${code === '' ? '' : ` (${code})`}? Check host, port, \`tls\` and, if set, \`replicaSet\`.`,
      );
  }
}

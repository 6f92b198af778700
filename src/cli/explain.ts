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

/** MongoDB's AuthenticationFailed, and the one code that Atlas has for all its refusals. */
const WRONG_LOGIN = new Set<unknown>([18, 8000]);

/** How a process ends that can't do what it is for. */
export interface Explanation {
  message: string;
  exitCode: number;
}

/**
 * What the operator reads: which setting, and what to do. Never an error's own words where they quote the connection string, because
 * it may hold a password.
 * @param variable the one whose address an error of MongoDB's is about
 */
export function explain(error: unknown, variable = 'MONGODB_URI'): Explanation {
  if (error instanceof UsageError) return { message: error.message, exitCode: EXIT_USAGE };
  if (error instanceof ConfigError) return { message: error.message, exitCode: EXIT_CONFIG };
  if (error instanceof ConnectionError) return explain(error.cause, error.variable);
  if (error instanceof ProblemError && error.code === 'dependency_unavailable') {
    const told = explainCauses(error, variable);
    return { ...told, message: `${told.message} Nothing more was done.` };
  }
  const told = explainMongo(error, variable);
  if (told !== undefined) return told;
  if (error instanceof Error && (error as { code?: unknown }).code === 'EADDRINUSE') {
    return {
      message: `The port is taken: ${error.message}. Set PORT to a free one.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Roavelo API could not start: ${reason}`, exitCode: 1 };
}

/** Whether it was MongoDB or Clerk stands in the causes. */
function explainCauses(error: ProblemError, variable: string): Explanation {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const told = explainMongo(cause, variable) ?? explainClerk(cause);
    if (told !== undefined) return told;
  }
  return { message: 'MongoDB or Clerk does not answer.', exitCode: EXIT_UNAVAILABLE };
}

function explainMongo(error: unknown, variable: string): Explanation | undefined {
  if (!(error instanceof Error)) return undefined;
  const selection = selectionFailure(error);
  if (selection !== undefined) return explainSelection(selection, variable);
  // It would be refused the next time, too.
  if (isRefusal(error)) return { message: explainRefusal(error, variable), exitCode: EXIT_CONFIG };
  if (isUnavailable(error)) {
    const answers = error.name === 'MongoServerError';
    const message = answers
      ? `MongoDB answers, but can't do what a start needs: ${String(mongoFaultName(error))}. Start again when it can.`
      : `MongoDB does not answer at ${variable}. Is it running, and may this machine reach it?`;
    return { message, exitCode: EXIT_UNAVAILABLE };
  }
  // By name, because the driver's parser of addresses has classes of its own.
  if (!/^Mongo[A-Z]\w+Error$/.test(error.name)) return undefined;
  return { message: explainRefusal(error, variable), exitCode: EXIT_CONFIG };
}

/** Not in the error's own words: they quote what is wrong, be it a password with a slash or a document. */
function explainRefusal(error: Error & { code?: unknown; codeName?: unknown }, variable: string): string {
  if (error.code === DUPLICATE_KEY) {
    const fields = Object.keys((error as { keyPattern?: object }).keyPattern ?? {}).join(', ');
    return `A unique index can't be made: several documents have the same ${fields}. Find them in MongoDB and mend them, then start again.`;
  }
  if (error.name !== 'MongoServerError') {
    return `${variable} is no address that MongoDB's driver can use (${error.name}). Is everything special in the password percent-encoded?`;
  }
  const what = `MongoDB refuses what a start needs: ${String(error.codeName ?? error.code)}.`;
  return WRONG_LOGIN.has(error.code)
    ? `${what} Name or password in ${variable} is wrong, or its authSource names another database than the one that keeps this user.`
    : `${what} Is the user of ${variable} right, and may it read and write?`;
}

/** No server to work with was found. */
function explainSelection({ kind, code }: SelectionFailure, variable: string): Explanation {
  const away = (hint: string) => ({
    message: `MongoDB does not answer at ${variable}. ${hint}`,
    exitCode: EXIT_UNAVAILABLE,
  });
  switch (kind) {
    case 'another replica set':
      return {
        message: `MongoDB answers at ${variable}, but is not of the replica set that \`replicaSet\` names there. Write the set's own name, or leave \`replicaSet\` out: \`rs.conf()._id\` in mongosh tells it.`,
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
          : `DNS did not tell the servers of its mongodb+srv:// host (${code}). Does this machine reach its DNS server?`,
      );
    case 'unknown host':
      return away(
        `DNS knows no such host (${code}). Is the name right? The names that the replica set gives its members (\`rs.conf()\`) have to be known to this machine, too.`,
      );
    case 'no connection':
      return away(
        `Is it running, and may this machine reach it${code === '' ? '' : ` (${code})`}? Do host, port and \`tls\` agree with it, and \`replicaSet\`, if it names one?`,
      );
  }
}

import { Error as MongooseError, mongo } from 'mongoose';

export const DUPLICATE_KEY = 11000;
const WRITE_CONFLICT = 112;
const DOCUMENT_FAILED_VALIDATION = 121;

/**
 * Codes of our own mistakes, from MongoDB's error_codes.yml. All other codes, including those of Atlas,
 * proxies and future versions, mean that MongoDB is unavailable. mongos passes codes on without labels.
 */
const OUR_MISTAKES = new Set<unknown>([
  // Values and documents: bad, of the wrong type or size, refused by a validator.
  2, 4, 10, 14, 15, 16, 22, 121, 159, 241, 357, 378, 10334, 17280,
  // Queries, updates and pipelines that can't be parsed, or can't work.
  5, 9, 20, 21, 28, 29, 30, 34, 40, 52, 53, 54, 55, 56, 57, 66, 81, 97, 111, 165, 166, 167, 168, 171, 232,
  291,
  // The same, of the many parts of pipelines and expressions that have numbers and no names.
  15952, 15955, 15981, 16020, 16410, 17276, 28667, 31253, 31254, 40147, 40181, 40323, 40324, 40352, 40353,
  51024,
  // Commands: unknown, with unknown or missing fields, not for this place.
  59, 72, 73, 115, 238, 263, 322, 323, 324, 347, 352, 40413, 40414, 40415,
  // Collections and indexes that conflict with existing ones, or don't exist.
  26, 27, 48, 67, 68, 85, 86, 181, 182, 197, 201, 242, 359,
  // Keys that are taken, or missing for a shard; a transaction that is too large.
  11000, 11001, 12582, 61, 257,
]);

/** MongoDB refuses this database user, or the user lacks a privilege. */
const REFUSALS = new Set<unknown>([11, 13, 18, 334]);
/** Atlas has this one code for all its own refusals: a wrong password, but also a full cluster. */
const ATLAS_ERROR = 8000;

/** The driver's API errors that only mean that its connection is gone, or has to log in again. */
const GONE_NAMES = new Set([
  'MongoMissingCredentialsError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
]);

const SERVER_SELECTION = new Set(['MongoServerSelectionError', 'MongooseServerSelectionError']);
/** DNS has no address, or did not answer. */
const UNKNOWN_HOST = new Set<unknown>(['ENOTFOUND', 'EAI_AGAIN']);

/** A connection that can't be made, with the environment variable of its URI. The cause says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    readonly variable: string,
    cause: unknown,
  ) {
    super(`There is no connection to the database of ${variable}`, { cause });
  }
}

/** Node's codes for a socket that the server closed; the driver passes them on for writes. */
const SOCKET_CODES = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** The field whose unique index refused a document, e.g. `clerkId`; undefined for any other error. */
export function duplicateKeyField(error: unknown): string | undefined {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return Object.keys((error['keyPattern'] ?? {}) as object)[0];
}

/**
 * The error inside the error of a bulk write: the driver wraps its own errors, for example of a lost
 * connection, in one that has neither their class nor their code.
 */
export function unwrapped(error: unknown): unknown {
  const inner: unknown = error instanceof mongo.MongoBulkWriteError ? error.errorResponse : undefined;
  return Error.isError(inner) ? inner : error;
}

/** Another write came first: the transaction is aborted, and repeating it from the start can succeed. */
export function isWriteCollision(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (!(error instanceof mongo.MongoError)) return false;
  return (
    error.hasErrorLabel('TransientTransactionError') ||
    error.code === WRITE_CONFLICT ||
    error.code === DUPLICATE_KEY
  );
}

/**
 * MongoDB is unavailable for any reason that is not our own mistake: away, electing, too slow, full,
 * refusing its user. The caller may repeat the request.
 */
export function isUnavailable(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (!Error.isError(error)) return false;
  if (error instanceof mongo.MongoError) return !isOurMistake(error);
  return SERVER_SELECTION.has(error.name) || SOCKET_CODES.has((error as NodeJS.ErrnoException).code);
}

function isOurMistake(error: mongo.MongoError): boolean {
  if (error instanceof mongo.MongoServerError) return OUR_MISTAKES.has(error.code);
  // The driver refuses its arguments before it asks any server.
  const isMisuse = error instanceof mongo.MongoAPIError || error instanceof mongo.MongoParseError;
  return isMisuse && !GONE_NAMES.has(error.name);
}

/** MongoDB refuses the database user, or has no such user. Repeating does not help. */
export function isRefusal(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (error instanceof mongo.MongoMissingCredentialsError) return true;
  if (!(error instanceof mongo.MongoServerError)) return false;
  return REFUSALS.has(error.code) || (error.code === ATLAS_ERROR && error.message.startsWith('bad auth'));
}

/**
 * The name of a MongoDB fault for logs and metrics: the server's name of its code (`Unauthorized`), else
 * the code, else the class of the error. Searches the causes; undefined when none is of MongoDB.
 */
export function mongoFaultName(thrown: unknown): string | undefined {
  for (let error = thrown; Error.isError(error); error = error.cause) {
    const inner = unwrapped(error);
    if (inner instanceof mongo.MongoServerError) {
      const { code, codeName } = inner;
      if (typeof codeName === 'string') return codeName;
      return code === undefined ? inner.name : `Code${String(code)}`;
    }
    if (Error.isError(inner) && isUnavailable(inner)) return inner.name;
  }
  return undefined;
}

/** The database or the schema refuses the document itself. Repeating does not help. */
export function isRefused(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  return (
    error instanceof MongooseError.ValidationError ||
    error instanceof MongooseError.CastError ||
    error instanceof mongo.BSON.BSONError ||
    (error instanceof mongo.MongoServerError && error.code === DOCUMENT_FAILED_VALIDATION)
  );
}

/** Why no server could be selected. `code` is Node's code of the socket or DNS error, or empty. */
export interface SelectionFailure {
  kind:
    | 'another replica set'
    | 'not initiated'
    | 'no primary'
    | 'unknown srv host'
    | 'unknown host'
    | 'no connection';
  code: string;
}

interface Topology {
  type?: string;
  setName?: string | null;
  servers?: ReadonlyMap<string, { type: string; error: Error | null }>;
}

/** Why the driver found no server to work with; undefined for any other error. */
export function selectionFailure(error: Error): SelectionFailure | undefined {
  const { syscall, code = '' } = error as NodeJS.ErrnoException;
  if (syscall === 'querySrv' || syscall === 'queryTxt') return { kind: 'unknown srv host', code };
  if (!SERVER_SELECTION.has(error.name)) return undefined;
  const { type, setName, servers } = ((error as { reason?: unknown }).reason ?? {}) as Topology;
  const found = [...(servers?.values() ?? [])];
  // A host of another set is dropped from the list; one that has not answered yet stays in it.
  if (type === 'ReplicaSetNoPrimary' && typeof setName === 'string' && found.length === 0)
    return { kind: 'another replica set', code: '' };
  if (found.some((server) => server.type === 'RSGhost')) return { kind: 'not initiated', code: '' };
  if (found.some((server) => server.type !== 'Unknown')) return { kind: 'no primary', code: '' };
  const codes = found.map((server) => codeOf(server.error));
  const unknown = codes.find((each) => UNKNOWN_HOST.has(each));
  return unknown === undefined
    ? { kind: 'no connection', code: codes.find((each) => each !== '') ?? '' }
    : { kind: 'unknown host', code: unknown };
}

/** Node's code of a network error, which the driver keeps as the cause of its own. */
function codeOf(error: Error | null): string {
  const { code } = (error?.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? '';
}

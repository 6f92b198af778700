import { Error as MongooseError, mongo } from 'mongoose';

/** The code of a document that a unique index refuses. */
export const DUPLICATE_KEY = 11000;
const WRITE_CONFLICT = 112;
const DOCUMENT_FAILED_VALIDATION = 121;

/**
 * What is our own mistake, by MongoDB's error_codes.yml: all other codes, also those of Atlas, of proxies and of versions to
 * come, mean that MongoDB can't do now what it does otherwise. mongos passes codes on without labels.
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
  // Collections and indexes that contradict those that are there, or are not there.
  26, 27, 48, 67, 68, 85, 86, 181, 182, 197, 201, 242, 359,
  // Keys that are taken, or missing for a shard; a transaction that is too large.
  11000, 11001, 12582, 61, 257,
]);

/** MongoDB doesn't let this database user in, or do this. */
const REFUSALS = new Set<unknown>([11, 13, 18, 334]);
/** Atlas has this one code for all that it refuses by itself: a wrong password, but also a full cluster. */
const ATLAS_ERROR = 8000;

/** Of what the driver calls misuse of itself, these only mean that its connection is gone, or has to log in again. */
const GONE_NAMES = new Set([
  'MongoMissingCredentialsError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
]);

/** The driver's, and what mongoose makes of it. */
const SERVER_SELECTION = new Set(['MongoServerSelectionError', 'MongooseServerSelectionError']);
/** DNS was asked for an address and has none, or did not answer. */
const UNKNOWN_HOST = new Set<unknown>(['ENOTFOUND', 'EAI_AGAIN']);

/** A connection that can't be made, with the environment variable that holds its address. The cause says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    readonly variable: string,
    cause: unknown,
  ) {
    super(`There is no connection to the database of ${variable}`, { cause });
  }
}

/** What Node says of a socket that the server closed; the driver lets those of a write through as they are. */
const SOCKET_CODES = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** The field a unique index refused, e.g. `clerkId`; undefined for any other error. */
export function duplicateKeyField(error: unknown): string | undefined {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return Object.keys((error['keyPattern'] ?? {}) as object)[0];
}

/**
 * What really happened: a bulk write keeps an error of the driver itself, a lost connection say, inside one of its own that has
 * neither its class nor its code.
 */
export function unwrapped(error: unknown): unknown {
  const inner: unknown = error instanceof mongo.MongoBulkWriteError ? error.errorResponse : undefined;
  return inner instanceof Error ? inner : error;
}

/** Somebody else wrote first: the transaction is over, and doing it again from the start can succeed. */
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
 * MongoDB can't do now what it was asked for: away, electing, too slow, full, refusing its user, whatever it is, unless the
 * mistake is ours. Nothing is wrong with the request, the caller may repeat it.
 */
export function isUnavailable(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (!(error instanceof Error)) return false;
  if (error instanceof mongo.MongoError) return !isOurMistake(error);
  return SERVER_SELECTION.has(error.name) || SOCKET_CODES.has((error as NodeJS.ErrnoException).code);
}

function isOurMistake(error: mongo.MongoError): boolean {
  if (error instanceof mongo.MongoServerError) return OUR_MISTAKES.has(error.code);
  // The driver itself refuses what we gave it, before it asked any server.
  const isMisuse = error instanceof mongo.MongoAPIError || error instanceof mongo.MongoParseError;
  return isMisuse && !GONE_NAMES.has(error.name);
}

/** MongoDB refuses the database user, or has no such user: it answers, and repeating changes nothing by itself. */
export function isRefusal(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (error instanceof mongo.MongoMissingCredentialsError) return true;
  if (!(error instanceof mongo.MongoServerError)) return false;
  return REFUSALS.has(error.code) || (error.code === ATLAS_ERROR && error.message.startsWith('bad auth'));
}

/**
 * What a fault of MongoDB's is called, for logs and metrics: the server's name of its code (`Unauthorized`), else the code, else the
 * class. Looks through the causes; undefined when MongoDB has no part in it.
 */
export function mongoFaultName(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const inner = unwrapped(error);
    if (inner instanceof mongo.MongoServerError) {
      const { code, codeName } = inner;
      if (typeof codeName === 'string') return codeName;
      return code === undefined ? inner.name : `Code${String(code)}`;
    }
    if (inner instanceof Error && isUnavailable(inner)) return inner.name;
  }
  return undefined;
}

/** The database, or the schema in front of it, refuses the document itself: trying again changes nothing. */
export function isRefused(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  return (
    error instanceof MongooseError.ValidationError ||
    error instanceof MongooseError.CastError ||
    error instanceof mongo.BSON.BSONError ||
    (error instanceof mongo.MongoServerError && error.code === DOCUMENT_FAILED_VALIDATION)
  );
}

/** Why no server could be selected. `code` is Node's, of a socket or of DNS; empty where there is none. */
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

/** What the driver knows of the servers that it looked for. */
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
  // A host that is of another set is not looked at again. One that has not answered yet is still in the list.
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

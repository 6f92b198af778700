import { Error as MongooseError, mongo } from 'mongoose';

const DUPLICATE_KEY = 11000;
const WRITE_CONFLICT = 112;
const DOCUMENT_FAILED_VALIDATION = 121;

/**
 * By MongoDB's error_codes.yml: unreachable or changing primaries, shutdown, network, exceeded time limits, lost cursors and
 * snapshots, write concerns that could not be met. mongos passes these on without labels.
 */
const UNAVAILABLE_CODES = new Set<unknown>([
  6, 7, 43, 46, 50, 64, 89, 91, 100, 112, 133, 134, 189, 202, 262, 290, 384, 9001, 10107, 11600, 11601, 11602,
  13435, 13436,
]);

/** Classes that the driver keeps to itself, or that mongoose makes of the driver's. */
const UNAVAILABLE_NAMES = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
  'MongooseServerSelectionError',
]);

/** What Node says of a socket that the server closed; the driver lets those of a write through as they are. */
const SOCKET_CODES = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** What the drivers' specifications call worth another try. */
const UNAVAILABLE_LABELS = [
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
];

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

/** MongoDB is away, electing or too slow: nothing is wrong with the request, the caller may repeat it. */
export function isUnavailable(thrown: unknown): boolean {
  const error = unwrapped(thrown);
  if (error instanceof Error && UNAVAILABLE_NAMES.has(error.name)) return true;
  if (error instanceof Error && SOCKET_CODES.has((error as NodeJS.ErrnoException).code)) return true;
  if (!(error instanceof mongo.MongoError)) return false;
  return (
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoOperationTimeoutError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    UNAVAILABLE_LABELS.some((label) => error.hasErrorLabel(label)) ||
    UNAVAILABLE_CODES.has(error.code)
  );
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

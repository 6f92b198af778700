import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { getModelToken } from '@nestjs/mongoose';
import { type Connection, createConnection, type Schema } from 'mongoose';
import { JOBS_COLLECTION } from './account/deletion-jobs.service.js';
import { Deletion, DeletionSchema } from './account/deletion.schema.js';
import { AuditEvent, AuditEventSchema } from './audit/audit-event.schema.js';
import { Lock, LockSchema } from './common/lock.schema.js';
import { duplicateKeyField } from './common/mongo-errors.js';
import { MONGO_DEADLINE_MS } from './common/transaction.js';
import { type Config, ConfigError } from './config/config.js';
import { ReceiptKey, ReceiptKeySchema } from './account/receipt-key.schema.js';
import { MovedPurchase, MovedPurchaseSchema } from './purchases/moved-purchase.schema.js';
import { Purchase, PurchaseSchema } from './purchases/purchase.schema.js';
import { Block, BlockSchema } from './social/block.schema.js';
import { Follow, FollowSchema } from './social/follow.schema.js';
import { DeletedUser, DeletedUserSchema } from './users/deleted-user.schema.js';
import { DeletionRollback, DeletionRollbackSchema } from './users/deletion-rollback.schema.js';
import { User, UserSchema } from './users/user.schema.js';
import { DeadLetter, DeadLetterSchema } from './webhooks/dead-letter.schema.js';
import { WebhookEvent, WebhookEventSchema } from './webhooks/webhook-event.schema.js';
import { Wishlist, WishlistSchema } from './wishlist/wishlist.schema.js';

/** Every collection with its indexes. */
export const SCHEMAS: readonly [name: string, schema: Schema][] = [
  [User.name, UserSchema],
  [DeletedUser.name, DeletedUserSchema],
  [DeletionRollback.name, DeletionRollbackSchema],
  [WebhookEvent.name, WebhookEventSchema],
  [DeadLetter.name, DeadLetterSchema],
  [Follow.name, FollowSchema],
  [Block.name, BlockSchema],
  [Wishlist.name, WishlistSchema],
  [Purchase.name, PurchaseSchema],
  [MovedPurchase.name, MovedPurchaseSchema],
  [Deletion.name, DeletionSchema],
  [ReceiptKey.name, ReceiptKeySchema],
  [AuditEvent.name, AuditEventSchema],
  [Lock.name, LockSchema],
];

const POOL_SIZE = 20;
const SECRET_BYTES = 32;

/**
 * How every connection is made. The driver's one deadline for all (`timeoutMS`) has no effect since 7.8, so each part of
 * an operation has its own: finding a primary, waiting for a pooled connection, an answer on the socket.
 */
export const CONNECTION_OPTIONS = {
  appName: 'roavelo-api',
  serverSelectionTimeoutMS: MONGO_DEADLINE_MS,
  waitQueueTimeoutMS: MONGO_DEADLINE_MS,
  socketTimeoutMS: MONGO_DEADLINE_MS,
  connectTimeoutMS: MONGO_DEADLINE_MS,
  maxPoolSize: POOL_SIZE,
  w: 'majority',
  readPreference: 'primary',
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const;

/** The server gives up before the socket does: an error is an answer, a socket timeout makes the driver try again. */
const SERVER_DEADLINE_MS = MONGO_DEADLINE_MS - 500;

/** Gives the server a deadline as well, so that it doesn't work on for a client that has gone. */
export function withDeadline(connection: Connection): Connection {
  connection.set('maxTimeMS', SERVER_DEADLINE_MS);
  return connection;
}

/**
 * Makes the database ready before anything listens: collections, indexes, and the secret that instances share. Safe to
 * repeat, and to run in several instances at once.
 * @returns the configuration with its `appSecret`
 * @throws ConfigError when the server is a standalone mongod, which has no transactions
 */
export async function prepareDatabase(config: Config): Promise<Config> {
  const connection = await createConnection(config.mongodbUri, CONNECTION_OPTIONS).asPromise();
  try {
    await prepareCollections(connection);
    return Object.freeze({
      ...config,
      appSecret: config.appSecret ?? (await sharedSecret(connection, 'app', randomSecret)),
      receiptSigningKey:
        config.receiptSigningKey ?? (await sharedSecret(connection, 'receipts', randomSigningKey)),
    });
  } finally {
    await connection.close();
  }
}

/** Collections and indexes. @throws ConfigError for a standalone mongod */
export async function prepareCollections(connection: Connection): Promise<void> {
  await refuseStandalone(connection);
  for (const [name, schema] of SCHEMAS) {
    const model = connection.model(getModelToken(name), schema);
    // A transaction that has to create its collection collides with every other one that does.
    await model.createCollection();
    await model.createIndexes();
  }
  await createJobs(connection);
}

async function refuseStandalone(connection: Connection): Promise<void> {
  const hello = await connection.getClient().db().command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    throw new ConfigError([
      'MONGODB_URI names a standalone mongod: transactions need a replica set (one member is enough) or mongos',
    ]);
  }
}

/** The collection of agenda, which knows nothing of mongoose, with the index for its one query. */
async function createJobs(connection: Connection): Promise<void> {
  const jobs = connection.getClient().db().collection(JOBS_COLLECTION);
  await jobs.createIndexes([
    { key: { name: 1, nextRunAt: 1, lockedAt: 1 } },
    { key: { 'data.deletionId': 1 }, sparse: true },
  ]);
}

function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function randomSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The secret made by whichever instance came first. */
async function sharedSecret(connection: Connection, name: string, make: () => string): Promise<string> {
  const secrets = connection.getClient().db().collection<{ _id: string; value: string }>('serviceSecrets');
  try {
    await secrets.updateOne({ _id: name }, { $setOnInsert: { value: make() } }, { upsert: true });
  } catch (error) {
    // Two upserts at once: the other one made it.
    if (duplicateKeyField(error) === undefined) throw error;
  }
  const found = await secrets.findOne({ _id: name });
  if (found === null) throw new Error('The secret just stored is not there');
  return found.value;
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Connection, type ConnectOptions, createConnection } from 'mongoose';
import { ConnectionError, duplicateKeyField } from '../common/mongodb/mongo-errors.js';
import { MONGO_DEADLINE_MS, SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { type Config, ConfigError } from '../config/config.js';
import { type Action, describePrivileges, missingPrivileges } from '../common/mongodb/privileges.js';
import { migrateSchema, MIGRATIONS_COLLECTION } from './schema-migrations.js';
import { SCHEMAS } from './schemas.js';

const POOL_SIZE = 20;
const SECRET_BYTES = 32;
const SECRETS_COLLECTION = 'serviceSecrets';
const OUR_COLLECTIONS = [
  ...SCHEMAS.map(([, schema]) => String(schema.get('collection'))),
  MIGRATIONS_COLLECTION,
  SECRETS_COLLECTION,
];

/**
 * The options of every connection. The driver's single deadline (`timeoutMS`) has no effect since 7.8,
 * so each part of an operation has its own: finding a primary, waiting for a pooled connection, an
 * answer on the socket.
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

/**
 * Connects to a database.
 * @param variable the environment variable of `uri`
 * @throws ConnectionError
 */
export async function connect(
  variable: DatabaseVariable,
  uri: string,
  options: ConnectOptions = CONNECTION_OPTIONS,
): Promise<Connection> {
  try {
    return await createConnection(uri, options).asPromise();
  } catch (error) {
    throw new ConnectionError(variable, error);
  }
}

export type DatabaseVariable = 'MONGODB_URI' | 'MIGRATE_FROM_URI';

/** Sets the server's deadline as well, so that it doesn't work for a client that has gone. */
export function withDeadline(connection: Connection): Connection {
  connection.set('maxTimeMS', SERVER_DEADLINE_MS);
  return connection;
}

type Log = (fields: { msg: string; migration?: string }) => void;

/**
 * Prepares the database before the service listens: its schema, and the secrets that instances share.
 * Safe to repeat and to run on several instances at once.
 * @returns the configuration with its `appSecret`
 * @throws ConfigError for a standalone mongod, which has no transactions, or a database user who lacks a
 * privilege
 */
export async function prepareDatabase(config: Config, log: Log = () => undefined): Promise<Config> {
  // Index builds may take any time.
  const options = { ...CONNECTION_OPTIONS, socketTimeoutMS: 0 };
  const connection = await connect('MONGODB_URI', config.mongodbUri, options);
  try {
    await prepareSchema(connection, log);
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

/** Brings collections and indexes to this version. @throws ConfigError as `prepareDatabase` */
export async function prepareSchema(connection: Connection, log: Log = () => undefined): Promise<void> {
  await refuseStandalone(connection);
  await requirePrivileges(connection, 'MONGODB_URI', OUR_COLLECTIONS);
  await migrateSchema(connection, log);
}

/**
 * Checks at the start that the database user has all privileges, instead of failing at the first deletion.
 * @param variable the environment variable of the connection's URI
 * @throws ConfigError with the missing actions and their collections
 */
export async function requirePrivileges(
  connection: Connection,
  variable: DatabaseVariable,
  collections: readonly string[],
  actions?: readonly Action[],
): Promise<void> {
  const missing = describePrivileges(await missingPrivileges(connection, collections, actions));
  if (missing.length === 0) return;
  const role = actions === undefined ? 'readWrite' : 'read';
  throw new ConfigError(
    missing.map(
      (each) =>
        `${variable} names a database user who lacks ${each}: give it the role ${role} on ${connection.name}`,
    ),
  );
}

async function refuseStandalone(connection: Connection): Promise<void> {
  const hello = await connection.getClient().db().command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    throw new ConfigError([
      'MONGODB_URI names a standalone mongod: transactions need a replica set (one member is enough) or mongos',
    ]);
  }
}

function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function randomSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The secret that the first instance created. */
async function sharedSecret(connection: Connection, name: string, make: () => string): Promise<string> {
  const secrets = connection.getClient().db().collection<{ _id: string; value: string }>(SECRETS_COLLECTION);
  try {
    await secrets.updateOne({ _id: name }, { $setOnInsert: { value: make() } }, { upsert: true });
  } catch (error) {
    // Another instance has created it.
    if (duplicateKeyField(error) === undefined) throw error;
  }
  const found = await secrets.findOne({ _id: name });
  if (found === null) throw new Error(`${name} secret missing after upsert`);
  return found.value;
}

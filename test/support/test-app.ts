import type { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection, type Types } from 'mongoose';
import { createApp } from '../../src/app.js';
import { createLogger } from '../../src/common/observability/logger.js';
import { type Config, parseConfig } from '../../src/config/config.js';
import { prepareDatabase } from '../../src/database/database.js';
import { ApiClient } from './api-client.js';
import { clerkEnvironment } from './clerk-environment.js';
import { completedDeletion } from './completed-deletion.js';
import { adminUri, appUri, testDatabaseUri } from './mongo.js';

/** A well-formed id that no document has. */
export const UNKNOWN_ID = '6741f0c2a4b5c6d7e8f90a1b';

/** A signed-in person: a user of the local Clerk with a session token, and the API as seen with it. */
export interface Person extends ApiClient {
  clerkId: string;
  token: string;
}

/** A person who has made the first request: `id` is that of the document in `users`. */
export type Joined = Person & { id: string };

/** The real app on a port, with a database and a local Clerk of its own. */
export interface TestApp {
  app: NestFastifyApplication;
  config: Config;
  clerk: ClerkLocal;
  /** The database itself, to see what the API left there. */
  db: Connection;
  /** Without a token. */
  anonymous: ApiClient;
  /** The API with this token, or with this whole `Authorization` header when it has a space. */
  withToken(token: string): ApiClient;
  /** Signs up in the local Clerk, without a webhook: the API hears of the user by the first request. */
  signUp(attributes?: Parameters<ClerkLocal['createUser']>[0]): Promise<Person>;
  /** Signs up and makes the first request. */
  join(attributes?: Parameters<ClerkLocal['createUser']>[0]): Promise<Joined>;
  /** A person's document in `users`. */
  userOf(person: { clerkId: string }): Promise<{ _id: Types.ObjectId } & Record<string, unknown>>;
  /** Waits until a person's deletion is completed, and returns its document. */
  deletionOf(person: { clerkId: string }): Promise<{ _id: Types.ObjectId } & Record<string, unknown>>;
  /** Another instance of the app on the same database and Clerk; it is closed with this one. */
  secondInstance(): Promise<string>;
  /** Closes everything; the database is dropped unless another app still uses it. */
  close(options?: { keepDatabase?: boolean }): Promise<void>;
}

type Overrides = Record<string, string>;

let people = 0;

/**
 * Starts the app as `main` does, but on a free port and silent.
 * @param overrides variables, or a function that returns them once the local Clerk has started
 * @param logs takes the log's lines
 */
export async function startTestApp(
  overrides: Overrides | ((clerk: ClerkLocal) => Promise<Overrides>) = {},
  logs?: Writable,
): Promise<TestApp> {
  const clerk = await startClerkLocal();
  const environment = typeof overrides === 'function' ? await overrides(clerk) : overrides;
  const config = parseConfig({
    NODE_ENV: 'test',
    ...clerkEnvironment(clerk),
    LOG_LEVEL: 'silent',
    DELETION_VERIFY_AFTER_MS: '0',
    // Tests send more requests than people do, and their process does more than answer.
    RATE_LIMIT_MAX: '0',
    OVERLOAD_EVENT_LOOP_DELAY_MS: '0',
    OVERLOAD_RSS_BYTES: '0',
    ...environment,
    MONGODB_URI: await appUri(environment['MONGODB_URI'] ?? testDatabaseUri()),
  });
  const app = await listen(config, logs);
  const apps = [app];
  const url = await app.getUrl();
  clerk.setWebhookUrl(`${url}/api/v2/webhooks/clerk`);
  const db = await createConnection(adminUri(config.mongodbUri)).asPromise();

  const withToken = (token: string) => new ApiClient(url, token.includes(' ') ? token : `Bearer ${token}`);
  const signUp: TestApp['signUp'] = async (attributes = {}) => {
    const email = `person${++people}@example.com`;
    const user = await clerk.createUser({ email_address: [email], ...attributes }, { webhook: false });
    const token = await clerk.mintToken(user.id, { expiresInSeconds: 3600 });
    return Object.assign(withToken(token), { clerkId: user.id, token });
  };
  return {
    app,
    config,
    clerk,
    db,
    anonymous: new ApiClient(url),
    withToken,
    signUp,
    join: async (attributes) => {
      const person = await signUp(attributes);
      const { id } = await person.get<{ id: string }>('/users/me');
      return Object.assign(person, { id });
    },
    userOf: async ({ clerkId }) => {
      const user = await db.collection<{ _id: Types.ObjectId }>('users').findOne({ clerkId });
      if (user === null) throw new Error(`No user ${clerkId}`);
      return user;
    },
    deletionOf: async (person) => {
      const deletion = await completedDeletion(db, person.clerkId);
      // Clerk's own webhook about the deletion has to be handled as well, or the database still changes.
      await clerk.idle();
      return deletion;
    },
    secondInstance: async () => {
      const second = await listen(config);
      apps.push(second);
      return second.getUrl();
    },
    close: async ({ keepDatabase = false } = {}) => {
      for (const each of apps) await each.close();
      await clerk.close();
      if (!keepDatabase) await db.dropDatabase();
      await db.close();
    },
  };
}

async function listen(config: Config, logs?: Writable): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel, logs);
  const app = await createApp(await prepareDatabase(config), { logger });
  await app.listen(0, '127.0.0.1');
  return app;
}

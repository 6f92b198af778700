import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mongoose';
import { startReplicaSet, type ReplicaSet } from '../../scripts/mongod.ts';
import { parseConfig } from '../../src/config/config.js';
import { prepareDatabase } from '../../src/database/database.js';
import { explain } from '../../src/cli/explain.js';
import { userDeletedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { limitedUri, testDatabaseUri } from '../support/mongo.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

const EXIT_CONFIG = 78;
const ALL = [
  'find',
  'insert',
  'update',
  'remove',
  'createCollection',
  'listIndexes',
  'createIndex',
  'dropIndex',
];

interface Privilege {
  resource: object;
  actions: string[];
}

let mongo: ReplicaSet;
let admin: Connection;
let uri: string;
let database: string;
let names = 0;
beforeAll(async () => {
  mongo = await startReplicaSet({ accessControl: true });
  uri = testDatabaseUri(mongo.uri);
  admin = await createConnection(uri).asPromise();
  database = admin.name;
  // Creates the collections.
  await prepareDatabase(configOf(uri));
});
afterAll(async () => {
  await admin.close();
  await mongo.stop();
});

const command = (fields: Record<string, unknown>) => admin.getClient().db('admin').command(fields);

/** The URI of a user with these privileges, and with these roles. */
async function userWith(privileges: Privilege[], roles: (string | object)[] = []): Promise<string> {
  const name = `user-${++names}`;
  await command({ createRole: name, privileges, roles });
  return limitedUri(uri, name, [{ role: name, db: 'admin' }]);
}

const configOf = (mongodbUri: string) =>
  parseConfig({
    NODE_ENV: 'test',
    MONGODB_URI: mongodbUri,
    CLERK_SECRET_KEY: 'sk_test_0123456789abcdef',
    CLERK_ISSUER: 'https://clerk.example.dev',
    CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  });

/** The explained error of a start with this URI; undefined when it succeeds. */
async function startWith(mongodbUri: string): Promise<ReturnType<typeof explain> | undefined> {
  try {
    await prepareDatabase(configOf(mongodbUri));
    return undefined;
  } catch (error) {
    return explain(error);
  }
}

describe('a start', () => {
  it.each(ALL)('without %s on one collection: 78, with both names', async (action) => {
    const everywhere = { db: database, collection: '' };
    const others = ALL.filter((each) => each !== action);
    const collections = (await admin.listCollections()).map(({ name }) => name);
    // All other actions everywhere; this one in all collections except `users`.
    const limited = await userWith([
      { resource: everywhere, actions: others },
      ...collections
        .filter((name) => name !== 'users')
        .map((name) => ({ resource: { db: database, collection: name }, actions: [action] })),
    ]);
    const end = await startWith(limited);
    expect(end?.exitCode).toBe(EXIT_CONFIG);
    expect(end?.message).toMatch(
      new RegExp(
        `^  - MONGODB_URI names a database user who lacks ${action} on users: give it the role readWrite on ${database}$`,
        'm',
      ),
    );
  });

  it.each([['read'], ['dbAdmin']])('with only the role %s: 78', async (role) => {
    const end = await startWith(await limitedUri(uri, `only-${role}`, [{ role, db: database }]));
    expect(end?.exitCode).toBe(EXIT_CONFIG);
    expect(end?.message).toMatch(/lacks .*insert.* on users, deletedUsers/);
  });

  it('with readWrite on another database: 78, every action is missing', async () => {
    const end = await startWith(
      await limitedUri(uri, 'elsewhere', [{ role: 'readWrite', db: `${database}-not` }]),
    );
    expect(end?.exitCode).toBe(EXIT_CONFIG);
    expect(end?.message).toContain(`lacks ${ALL.join(', ')} on users`);
  });

  it.each([
    ['readWrite', async () => limitedUri(uri, 'rw', [{ role: 'readWrite', db: database }])],
    ['readWriteAnyDatabase', async () => limitedUri(uri, 'any', ['readWriteAnyDatabase'])],
    ['root', () => Promise.resolve(uri)],
    ['__system', async () => limitedUri(uri, 'system', ['__system'])],
    ['a role that inherits it', async () => userWith([], [{ role: 'readWrite', db: database }])],
    [
      'privileges on the database',
      async () => userWith([{ resource: { db: database, collection: '' }, actions: ALL }]),
    ],
    [
      'privileges on all databases',
      async () => userWith([{ resource: { db: '', collection: '' }, actions: ALL }]),
    ],
    [
      'privileges on any resource',
      async () => userWith([{ resource: { anyResource: true }, actions: ['anyAction'] }]),
    ],
    [
      'privileges on each collection, some in all databases',
      async () => {
        const collections = (await admin.listCollections()).map(({ name }) => name);
        return userWith(
          collections.map((collection, index) => ({
            resource: { db: index % 2 ? database : '', collection },
            actions: ALL,
          })),
        );
      },
    ],
  ])('with %s: it starts', async (_what, make) => {
    expect(await startWith(await make())).toBeUndefined();
  });

  it.each([
    ['a wrong password', () => uri.replace('root:root@', 'root:marker@')],
    [
      'no user name where one is required',
      () => uri.replace('root:root@', '').replace('&authSource=admin', ''),
    ],
  ])('with %s: 78, without the password in the message', async (_what, address) => {
    const end = await startWith(address());
    expect(end).toMatchObject({ exitCode: EXIT_CONFIG });
    expect(end?.message).toMatch(/AuthenticationFailed|Unauthorized/);
    expect(end?.message).not.toContain('marker');
  });

  it('with a user name on a mongod without access control: it starts', async () => {
    const open = await startReplicaSet();
    const there = await createConnection(open.uri).asPromise();
    await there.getClient().db('admin').command({ createUser: 'nothing', pwd: 'nothing', roles: [] });
    const plain = testDatabaseUri(open.uri);
    expect(await startWith(plain)).toBeUndefined();
    const named = `${plain.replace('mongodb://', 'mongodb://nothing:nothing@')}&authSource=admin`;
    expect(await startWith(named)).toBeUndefined();
    await there.close();
    await open.stop();
  });
});

describe('a database user that loses its rights while the service runs', () => {
  let api: TestApp;
  let ann: Person;
  beforeAll(async () => {
    const own = testDatabaseUri(mongo.uri);
    api = await startTestApp({
      MONGODB_URI: await limitedUri(own, 'running', ['readWriteAnyDatabase']),
    });
    ann = await api.join();
  });
  afterAll(async () => {
    await command({ createUser: 'running', pwd: 'running', roles: ['root'] }).catch(() => undefined);
    await api.close({ keepDatabase: true });
  });

  /** The answers to every kind of request. */
  async function answers(): Promise<string[]> {
    const newcomer = await api.signUp();
    const delivered = await api.clerk.deliverWebhook(userDeletedEvent(newcomer));
    const sent = [
      await ann.problem('GET', '/users/me'),
      await ann.problem('PUT', '/users/me/wishlist/JP'),
      await newcomer.problem('GET', '/users/me'),
      await ann.problem('DELETE', '/users/me'),
      `${delivered.status} webhook`,
    ];
    expect(api.clerk.getUser(newcomer.clerkId)).toBeDefined();
    return sent;
  }

  /** The rights are checked every five seconds. */
  const notReady = () => eventually('not ready', async () => (await readiness()).status !== 200);
  const readiness = async () => {
    const { status, body, headers } = await api.anonymous.request('GET', '//health/ready');
    return { status, detail: (body as { detail?: string }).detail, retryAfter: headers.get('retry-after') };
  };

  it('a revoked role: 503, /health/ready names the missing actions; ready again after a grant', async () => {
    await command({ revokeRolesFromUser: 'running', roles: ['readWriteAnyDatabase'] });
    await command({ grantRolesToUser: 'running', roles: ['readAnyDatabase'] });
    await notReady();
    expect(await readiness()).toEqual({
      status: 503,
      detail: expect.stringMatching(
        /^MongoDB refuses the database user: Unauthorized, it lacks insert, .+ on .*users/,
      ),
      retryAfter: '1',
    });
    expect(await ann.problem('PUT', '/users/me/wishlist/JP')).toBe('503 dependency_unavailable');
    await ann.get('/users/me');
    await command({ grantRolesToUser: 'running', roles: ['readWriteAnyDatabase'] });
    expect((await readiness()).status).toBe(200);
    await ann.call(201, 'PUT', '/users/me/wishlist/JP');
  });

  it('a dropped user: 503 for everything, and no account is rolled back', async () => {
    await command({ dropUser: 'running' });
    expect(await answers()).toEqual([...Array<string>(4).fill('503 dependency_unavailable'), '503 webhook']);
    await notReady();
    expect((await readiness()).detail).toMatch(/^MongoDB refuses the database user: \w+/);
    await api.anonymous.get('//health/live');
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^mongodb_faults_total\{cause="(Unauthorized|AuthenticationFailed)"\} [1-9]/m);
    expect(body).toMatch(/^unknown_faults_total 0$/m);
  });
});

import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Error as MongooseError, mongo } from 'mongoose';
import { isUnavailable } from '../../src/common/mongodb/mongo-errors.js';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import type { ApiResponse } from '../support/api-client.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

/** By MongoDB's error_codes.yml. A shutdown isn't among them: the driver believes it, and waits for another primary. */
const UNAVAILABLE = {
  HostUnreachable: 6,
  HostNotFound: 7,
  MaxTimeMSExpired: 50,
  NetworkTimeout: 89,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  NotWritablePrimary: 10107,
  NotPrimaryNoSecondaryOk: 13435,
};

let replicaSet: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  replicaSet = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(replicaSet.uri) });
});
afterAll(async () => {
  await api.close();
  await replicaSet.stop();
});

/** Fails matching commands until it is undone: the driver tries some of them again. */
async function failAll(
  data: { failCommands: string[]; errorCode?: number; closeConnection?: boolean },
  collection = 'users',
) {
  const admin = api.db.getClient().db('admin');
  await admin.command({
    configureFailPoint: 'failCommand',
    mode: 'alwaysOn',
    data: { ...data, namespace: `${api.db.name}.${collection}`, appName: 'roavelo-api' },
  });
  return () => admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
}

const faults = Object.entries(UNAVAILABLE).map(([name, errorCode]) => [name, { errorCode }] as const);

it.each([...faults, ['a closed connection', { closeConnection: true }] as const])(
  '%s when a user is read: 503 with Retry-After',
  async (_name, fault) => {
    const ann = await api.join();
    const undo = await failAll({ failCommands: ['find'], ...fault });
    const { status, headers } = await ann.request('GET', '/users/me');
    await undo();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    await ann.get('/users/me');
  },
);

// One of each kind: a transaction is tried for 5 s before it gives up.
it.each([
  ['a primary that steps down', { errorCode: UNAVAILABLE.PrimarySteppedDown }],
  ['an exceeded time limit', { errorCode: UNAVAILABLE.MaxTimeMSExpired }],
  ['a closed connection', { closeConnection: true }],
])('%s when a user is inserted: 503, nothing is there; then one user', async (_name, fault) => {
  const ann = await api.signUp();
  const undo = await failAll({ failCommands: ['insert'], ...fault });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  await undo();
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(0);
  expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
  await ann.get('/users/me');
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
});

it('a commit that takes longer than a transaction may: 503, and one user all the same', async () => {
  const ann = await api.signUp();
  await catchCommand(api.db, { failCommands: ['commitTransaction'], blockTimeMS: 6000 });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  await ann.get('/users/me');
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
  expect(await api.db.collection('wishlists').countDocuments()).toBe(
    await api.db.collection('users').countDocuments(),
  );
});

it('not ready while MongoDB holds its answer back, but alive', async () => {
  const caught = await catchCommand(api.db, { failCommands: ['ping'], blockTimeMS: 4000 });
  const ready = api.anonymous.problem('GET', '//health/ready');
  await caught();
  await api.anonymous.get('//health/live');
  expect(await ready).toBe('503 dependency_unavailable');
});

it.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])(
  '%s of the socket to a dead primary is no 500',
  (code) => {
    expect(
      isUnavailable(Object.assign(new Error('This socket has been ended by the other party'), { code })),
    ).toBe(true);
  },
);

/**
 * Codes of trouble that no request is to blame for; the driver doesn't try these again. One is of Atlas alone, and one that
 * no version has yet.
 */
const TROUBLE = {
  InternalError: 1,
  UnknownError: 8,
  UserNotFound: 11,
  Unauthorized: 13,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  FileStreamFailed: 39,
  OperationFailed: 96,
  CommandFailed: 125,
  FailedToSatisfyReadPreference: 133,
  ExceededMemoryLimit: 146,
  QueryPlanKilled: 175,
  CursorKilled: 237,
  TooManyLogicalSessions: 261,
  TooManyFilesOpen: 264,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  TemporarilyUnavailable: 365,
  UserWritesBlocked: 371,
  ReauthenticationRequired: 391,
  AtlasError: 8000,
  OutOfDiskSpace: 14031,
  'a code of tomorrow': 987654,
};

describe.each(Object.entries(TROUBLE))('%s (%i)', (_name, errorCode) => {
  let ann: Person;
  beforeAll(async () => {
    ann = await api.join();
  });

  /** The answer while such commands fail, which must be over at once. */
  async function whileFailing(
    failCommands: string[],
    collection: string,
    request: () => Promise<ApiResponse>,
  ) {
    const undo = await failAll({ failCommands, errorCode }, collection);
    const { status, headers, body } = await request();
    await undo();
    return [status, (body as { code?: string }).code, headers.get('retry-after')];
  }
  const UNAVAILABLE_ANSWER = [503, 'dependency_unavailable', '1'];

  it('of a read, a write, a deletion: 503 with Retry-After, and well afterwards', async () => {
    const me = () => ann.request('GET', '/users/me');
    expect(await whileFailing(['find'], 'users', me)).toEqual(UNAVAILABLE_ANSWER);
    const put = () => ann.request('PUT', '/users/me/wishlist/PT');
    expect(await whileFailing(['update', 'findAndModify'], 'wishlists', put)).toEqual(UNAVAILABLE_ANSWER);
    const end = () => ann.request('DELETE', '/users/me');
    expect(await whileFailing(['findAndModify'], 'deletedUsers', end)).toEqual(UNAVAILABLE_ANSWER);
    await ann.call(201, 'PUT', '/users/me/wishlist/PT');
  });

  it.each([
    ['find', 'deletedUsers'],
    ['insert', 'deletedUsers'],
    ['insert', 'users'],
    ['insert', 'wishlists'],
  ])(
    'of a first request, at %s %s: 503, the account stays, and then it has a user',
    async (command, collection) => {
      const newcomer = await api.signUp();
      const me = () => newcomer.request('GET', '/users/me');
      expect(await whileFailing([command], collection, me)).toEqual(UNAVAILABLE_ANSWER);
      expect(api.clerk.getUser(newcomer.clerkId)).toBeDefined();
      await newcomer.get('/users/me');
    },
  );

  it('of a webhook: 503, nothing is recorded, and the same delivery succeeds later', async () => {
    const newcomer = await api.signUp();
    const event = { type: 'user.created', data: api.clerk.getUser(newcomer.clerkId) };
    const body = JSON.stringify(event);
    const svixId = `msg_${errorCode}`;
    const deliver = () =>
      api.anonymous.request('POST', '/webhooks/clerk', {
        body,
        headers: { ...api.clerk.signWebhook(body, { svixId }) },
      });
    for (const [command, collection] of [
      ['find', 'webhookEvents'],
      ['insert', 'users'],
      ['update', 'webhookEvents'],
    ] as const) {
      expect(await whileFailing([command], collection, deliver)).toEqual(UNAVAILABLE_ANSWER);
    }
    expect(await api.db.collection('webhookEvents').countDocuments({ _id: svixId as never })).toBe(0);
    expect((await deliver()).status).toBe(200);
    expect(await api.db.collection('users').countDocuments({ clerkId: newcomer.clerkId })).toBe(1);
  });
});

it.each([2, 9, 14, 26, 59, 72, 10334, 40324])(
  'code %i is a mistake of ours: 500, and the account stays',
  async (errorCode) => {
    const ann = await api.join();
    let undo = await failAll({ failCommands: ['find'], errorCode });
    expect(await ann.problem('GET', '/users/me')).toBe('500 internal_error');
    await undo();
    const newcomer = await api.signUp();
    undo = await failAll({ failCommands: ['insert'], errorCode }, 'deletedUsers');
    expect(await newcomer.problem('GET', '/users/me')).toBe('500 internal_error');
    await undo();
    expect(api.clerk.getUser(newcomer.clerkId)).toBeDefined();
    await newcomer.get('/users/me');
  },
);

it('a validator that refuses tombstones (121) is no reason for a roll-back: 500, and the account stays', async () => {
  const newcomer = await api.signUp();
  const validate = (validator: object) => api.db.db?.command({ collMod: 'deletedUsers', validator });
  await validate({ subjectHash: null });
  expect(await newcomer.problem('GET', '/users/me')).toBe('500 internal_error');
  await validate({});
  expect(api.clerk.getUser(newcomer.clerkId)).toBeDefined();
  await newcomer.get('/users/me');
});

it('a code without a label, as mongos passes it on, and an error without a code', () => {
  const ofServer = (description: object) => new mongo.MongoServerError({ message: 'x', ...description });
  for (const code of [24, 91, 112, 251, 11600, 11602, ...Object.values(TROUBLE)]) {
    expect(isUnavailable(ofServer({ code }))).toBe(true);
  }
  expect(isUnavailable(ofServer({}))).toBe(true);
});

it('of what the driver says itself, only misuse of it is a mistake of ours', () => {
  const unavailable = [
    new mongo.MongoNetworkError('x'),
    new mongo.MongoNotConnectedError('x'),
    new mongo.MongoTopologyClosedError('x'),
    new mongo.MongoExpiredSessionError('x'),
    new mongo.MongoRuntimeError('x'),
    new mongo.MongoUnexpectedServerResponseError('x'),
  ];
  expect(unavailable.filter((error) => !isUnavailable(error))).toEqual([]);
  const mistakes = [
    new mongo.MongoInvalidArgumentError('x'),
    new mongo.MongoTransactionError('x'),
    new mongo.MongoParseError('x'),
    new mongo.MongoServerError({ message: 'x', code: 11000 }),
    new mongo.BSON.BSONError('x'),
    new MongooseError.CastError('ObjectId', 'x', '_id'),
    new Error('x'),
    undefined,
  ];
  expect(mistakes.filter(isUnavailable)).toEqual([]);
});

it('log and metric name the cause', async () => {
  const lines: string[] = [];
  const logs = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const other = await startTestApp(
    { MONGODB_URI: testDatabaseUri(replicaSet.uri), LOG_LEVEL: 'error' },
    logs,
  );
  const ann = await other.join();
  for (const errorCode of [13, 14031]) {
    await catchCommand(other.db, { failCommands: ['find'], errorCode, namespace: `${other.db.name}.users` });
    expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  }
  const { body } = await other.anonymous.request('GET', '//metrics');
  await other.close();
  for (const cause of ['Unauthorized', 'OutOfDiskSpace']) {
    expect(body).toMatch(new RegExp(`^mongodb_faults_total\\{cause="${cause}"\\} 1$`, 'm'));
    expect(lines.filter((line) => line.includes(`"codeName":"${cause}"`))).toHaveLength(1);
  }
});

it('countries are answered all the same: without counts until they can be counted, with the last ones afterwards', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => api.join()));
  for (const person of people) await person.call(201, 'PUT', '/users/me/wishlist/JP');
  const wantedBy = async () => (await api.anonymous.get('/countries/JP'))['wantedBy'];
  const failCounting = () =>
    failAll({ failCommands: ['aggregate'], errorCode: UNAVAILABLE.MaxTimeMSExpired }, 'wishlists');
  let undo = await failCounting();
  expect(await wantedBy()).toBeNull();
  await undo();
  // The test's own limit ends it.
  while ((await wantedBy()) !== 5);

  undo = await failCounting();
  const before = await entered();
  while ((await entered()) === before) expect(await wantedBy()).toBe(5);
  expect(await wantedBy()).toBe(5);
  await undo();
}, 60_000);

/** How often the fail point has caught a command. */
async function entered(): Promise<number> {
  const answer = await api.db
    .getClient()
    .db('admin')
    .command({ getParameter: 1, 'failpoint.failCommand': 1 });
  return (answer['failpoint.failCommand'] as { timesEntered: number }).timesEntered;
}

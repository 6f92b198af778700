import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Error as MongooseError, mongo } from 'mongoose';
import { isUnavailable } from '../../src/common/mongodb/mongo-errors.js';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import type { ApiResponse } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { catchCommand } from '../support/fail-point.js';
import { captureLogs } from '../support/logs.js';
import { metricOf } from '../support/metrics.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

/** Codes of MongoDB's error_codes.yml. Not those of a shutdown: the driver then waits for another primary. */
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

/** Fails all matching commands until it is undone, because the driver tries some of them again. */
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
    const undo = await failAll({ failCommands: ['find', 'aggregate'], ...fault });
    const { status, headers } = await ann.request('GET', '/users/me');
    await undo();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    await ann.get('/users/me');
  },
);

// One fault of each kind, because a transaction gives up only after 5 s.
it.each([
  ['a primary that steps down', { errorCode: UNAVAILABLE.PrimarySteppedDown }],
  ['an exceeded time limit', { errorCode: UNAVAILABLE.MaxTimeMSExpired }],
  ['a closed connection', { closeConnection: true }],
])('%s when a user is inserted: 503 and no user; afterwards one user', async (_name, fault) => {
  const ann = await api.signUp();
  const undo = await failAll({ failCommands: ['insert'], ...fault });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  await undo();
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(0);
  expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
  await ann.get('/users/me');
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
});

it('a commit that exceeds the deadline of its transaction: 503, and one user afterwards', async () => {
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

it('an error that Node itself makes is no 500 either: it is of another realm in these tests', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  await once(socket, 'end');
  const failed = once(socket, 'error');
  socket.write('x');
  const [error] = (await failed) as [unknown];
  expect(error).toMatchObject({ code: 'EPIPE' });
  expect(isUnavailable(error)).toBe(true);
  server.close();
});

/** Codes of faults that no request causes and the driver does not retry. One is Atlas's, one is unknown. */
const SERVER_FAULTS = {
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

describe.each(Object.entries(SERVER_FAULTS))('%s (%i)', (_name, errorCode) => {
  let ann: Person;
  beforeAll(async () => {
    ann = await api.join();
  });

  /** The answer while such commands fail. */
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

  it('in a read, a write, a deletion: 503 with Retry-After, and 2xx afterwards', async () => {
    const me = () => ann.request('GET', '/users/me');
    expect(await whileFailing(['find', 'aggregate'], 'users', me)).toEqual(UNAVAILABLE_ANSWER);
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
    'in a first request, at %s %s: 503, the account stays, and gets its user later',
    async (command, collection) => {
      const newcomer = await api.signUp();
      const me = () => newcomer.request('GET', '/users/me');
      expect(await whileFailing([command], collection, me)).toEqual(UNAVAILABLE_ANSWER);
      expect(api.clerk.getUser(newcomer.clerkId)).toBeDefined();
      await newcomer.get('/users/me');
    },
  );

  it('in a webhook: 503, nothing is recorded, and the same delivery succeeds later', async () => {
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
      ['insert', 'webhookEvents'],
      ['update', 'users'],
      ['insert', 'users'],
    ] as const) {
      expect(await whileFailing([command], collection, deliver)).toEqual(UNAVAILABLE_ANSWER);
    }
    expect(await api.db.collection('webhookEvents').countDocuments({ _id: svixId as never })).toBe(0);
    expect((await deliver()).status).toBe(200);
    expect(await api.db.collection('users').countDocuments({ clerkId: newcomer.clerkId })).toBe(1);
  });
});

it.each([2, 9, 14, 26, 59, 72, 10334, 40324])(
  'code %i is a bug of ours: 500, and the account stays',
  async (errorCode) => {
    const ann = await api.join();
    let undo = await failAll({ failCommands: ['find', 'aggregate'], errorCode });
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
  for (const code of [24, 91, 112, 251, 11600, 11602, ...Object.values(SERVER_FAULTS)]) {
    expect(isUnavailable(ofServer({ code }))).toBe(true);
  }
  expect(isUnavailable(ofServer({}))).toBe(true);
});

it('among the errors of the driver itself, only misuse of it is a bug of ours', () => {
  const unavailable = [
    new mongo.MongoNetworkError('x'),
    new mongo.MongoNotConnectedError('x'),
    new mongo.MongoTopologyClosedError('x'),
    new mongo.MongoExpiredSessionError('x'),
    new mongo.MongoRuntimeError('x'),
    new mongo.MongoUnexpectedServerResponseError('x'),
  ];
  expect(unavailable.filter((error) => !isUnavailable(error))).toEqual([]);
  const bugs = [
    new mongo.MongoInvalidArgumentError('x'),
    new mongo.MongoTransactionError('x'),
    new mongo.MongoParseError('x'),
    new mongo.MongoServerError({ message: 'x', code: 11000 }),
    new mongo.BSON.BSONError('x'),
    new MongooseError.CastError('ObjectId', 'x', '_id'),
    new Error('x'),
    undefined,
  ];
  expect(bugs.filter(isUnavailable)).toEqual([]);
});

it('log and metric name the cause', async () => {
  const logs = captureLogs();
  const other = await startTestApp(
    { MONGODB_URI: testDatabaseUri(replicaSet.uri), LOG_LEVEL: 'error' },
    logs.sink,
  );
  const ann = await other.join();
  for (const errorCode of [13, 14031]) {
    await catchCommand(other.db, {
      failCommands: ['find', 'aggregate'],
      errorCode,
      namespace: `${other.db.name}.users`,
    });
    expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  }
  for (const cause of ['Unauthorized', 'OutOfDiskSpace']) {
    expect(await metricOf(other.anonymous.url, `mongodb_faults_total{cause="${cause}"}`)).toBe(1);
    expect(
      logs.lines().filter((line) => JSON.stringify(line).includes(`"codeName":"${cause}"`)),
    ).toHaveLength(1);
  }
  await other.close();
});

it('countries are answered without counts until they can be counted, and with the last counts afterwards', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => api.join()));
  for (const person of people) await person.call(201, 'PUT', '/users/me/wishlist/JP');
  const wantedBy = async () => (await api.anonymous.get('/countries/JP'))['wantedBy'];
  const failCounting = () =>
    failAll({ failCommands: ['aggregate'], errorCode: UNAVAILABLE.MaxTimeMSExpired }, 'wishlists');
  let undo = await failCounting();
  expect(await wantedBy()).toBeNull();
  await undo();
  await eventually('the country is counted', async () => (await wantedBy()) === 5);

  undo = await failCounting();
  const before = await entered();
  const counts = new Set<unknown>();
  await eventually('another count fails', async () => {
    counts.add(await wantedBy());
    return (await entered()) > before;
  });
  expect([...counts]).toEqual([5]);
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

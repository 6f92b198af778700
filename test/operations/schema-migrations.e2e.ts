import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mongoose';
import { prepareSchema } from '../../src/database/database.js';
import { SCHEMA_MIGRATIONS } from '../../src/database/schema-migrations.js';
import { SCHEMAS } from '../../src/database/schemas.js';
import { eventually } from '../support/eventually.js';
import { testDatabaseUri } from '../support/mongo.js';

const INSTANCES = 5;

let uri: string;
let connections: Connection[];
beforeEach(async () => {
  uri = testDatabaseUri();
  connections = await Promise.all(
    Array.from({ length: INSTANCES }, () => createConnection(uri, { autoIndex: false }).asPromise()),
  );
});
afterEach(async () => {
  await connections[0]?.dropDatabase();
  for (const connection of connections) await connection.close();
});

const first = () => {
  const [connection] = connections;
  if (connection === undefined) throw new Error('No connection');
  return connection;
};
const names = SCHEMA_MIGRATIONS.map(({ name }) => name);
const recorded = async () =>
  (await first().collection('schemaMigrations').find().toArray()).map(({ migrationName }) =>
    String(migrationName),
  );

/** Every index except those of `_id`, as `collection {"key":1} unique`. */
async function indexes(): Promise<string[]> {
  const found = await Promise.all(
    SCHEMAS.map(async ([, schema]) => {
      const name = String(schema.get('collection'));
      const all = await first().collection(name).listIndexes().toArray();
      return all.map(
        ({ key, unique }) => `${name} ${JSON.stringify(key)}${unique === true ? ' unique' : ''}`,
      );
    }),
  );
  return found
    .flat()
    .filter((index) => !index.endsWith('{"_id":1}'))
    .sort();
}

const wanted = SCHEMAS.flatMap(([, schema]) =>
  schema
    .indexes()
    .map(
      ([key, { unique }]) =>
        `${String(schema.get('collection'))} ${JSON.stringify(key)}${unique === true ? ' unique' : ''}`,
    ),
).sort();

it('concurrent starts create exactly the indexes of the schemas, with each migration once', async () => {
  await Promise.all(connections.map((connection) => prepareSchema(connection)));
  expect(await indexes()).toEqual(wanted);
  expect((await recorded()).sort()).toEqual([...names].sort());
});

it('a database of an earlier version loses replaced indexes, and no data', async () => {
  const follows = first().collection('follows');
  const edge = { followerId: 1, followeeId: 2, state: 'following' };
  await follows.insertOne({ ...edge });
  await follows.createIndex({ followeeId: 1, state: 1, _id: -1 }, {}, {});
  await follows.createIndex({ followerId: 1, state: 1, _id: -1 }, {}, {});
  await first().collection('blocks').createIndex({ blockedId: 1, _id: -1 }, {}, {});
  await prepareSchema(first());
  expect(await indexes()).toEqual(wanted);
  expect(await follows.find({}, { projection: { _id: 0 } }).toArray()).toEqual([edge]);
});

it('indexes that the previous release names stay beside those that replace them', async () => {
  await first().collection('wishlists').createIndex({ 'items.countryCode': 1, _id: -1 }, {}, {});
  await first().collection('blocks').createIndex({ blockerId: 1, _id: -1 }, {}, {});
  await prepareSchema(first());
  const replaced = ['wishlists {"items.countryCode":1,"_id":-1}', 'blocks {"blockerId":1,"_id":-1}'];
  expect(await indexes()).toEqual([...wanted, ...replaced].sort());
});

it('a start creates dropped indexes again, and logs their names', async () => {
  await prepareSchema(first());
  await first().collection('users').dropIndex('username_1');
  const logged: object[] = [];
  await prepareSchema(first(), (fields) => logged.push(fields));
  expect(await indexes()).toEqual(wanted);
  expect(logged).toEqual([{ msg: 'missing indexes made again', indexes: ['users {"username":1}'] }]);
});

it('an interrupted migration runs again without another effect', async () => {
  await prepareSchema(first());
  await first().collection('schemaMigrations').deleteMany({});
  await prepareSchema(first());
  expect(await indexes()).toEqual(wanted);
  expect(await recorded()).toEqual(names);
});

it('an instance waits while another one migrates, and skips a migrated database', async () => {
  const locks = first().collection<{ _id: string }>('locks');
  await locks.insertOne({
    _id: 'schema-migrations',
    owner: 'another',
    until: new Date(Date.now() + 60_000),
  } as never);
  const logged: string[] = [];
  const finished = prepareSchema(first(), ({ msg }) => logged.push(msg));
  await eventually('the instance waits', () => logged.length > 0);
  expect(logged).toEqual(['waiting for the schema migrations of another instance']);
  expect(await recorded()).toEqual([]);
  await locks.updateOne({ _id: 'schema-migrations' }, { $set: { until: new Date(0) } });
  await finished;
  expect(await recorded()).toEqual(names);

  await locks.updateOne({ _id: 'schema-migrations' }, { $set: { until: new Date(Date.now() + 60_000) } });
  await prepareSchema(first());
});

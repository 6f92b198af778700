import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Connection, createConnection, Schema, Types } from 'mongoose';
import { modelsOf } from '../../src/database/schemas.js';
import { testDatabaseUri } from '../support/mongo.js';

// With mongoose's own defaults, which create collections and indexes and store `__v`.
let connection: Connection;
beforeEach(async () => {
  connection = await createConnection(testDatabaseUri()).asPromise();
});
afterEach(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const collections = async () =>
  (await connection.listCollections()).map(({ name }) => name).filter((name) => !name.startsWith('system.'));

/** Saves a document without its required fields; returns what MongoDB stored. */
async function saved(model: ReturnType<typeof modelsOf>[number]): Promise<Record<string, unknown> | null> {
  const isText = model.schema.path('_id').instance === 'String';
  const _id = isText ? 'a text' : new Types.ObjectId();
  await new model({ _id }).save({ validateBeforeSave: false });
  return connection.collection(model.collection.collectionName).findOne({ _id: _id as never });
}

it('mongoose itself creates neither our collections nor our indexes, and stores no __v', async () => {
  const models = modelsOf(connection);
  await Promise.all(models.map((model) => model.init()));
  expect(await collections()).toEqual([]);

  for (const model of models) {
    const stored = await saved(model);
    expect(stored).toHaveProperty('_id');
    expect(stored).not.toHaveProperty('__v');
    const indexes = await connection.collection(model.collection.collectionName).listIndexes().toArray();
    expect(indexes.map(({ name }) => String(name))).toEqual(['_id_']);
  }
});

it('mongoose does all three for any other schema: the test above can fail', async () => {
  const schema: Schema = new Schema({ name: { type: String, index: true } });
  const model = connection.model('Other', schema);
  await model.init();
  expect(await collections()).toEqual(['others']);
  expect(await model.listIndexes()).toHaveLength(2);
  expect(await saved(model)).toHaveProperty('__v', 0);
});

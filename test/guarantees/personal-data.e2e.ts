import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Schema, SchemaTypes } from 'mongoose';
import { exportSchema } from '../../src/account/export.dto.js';
import { PersonalDataRegistry } from '../../src/users/personal-data.js';
import { SCHEMAS } from '../../src/database/schemas.js';
import { referencesToUsers } from '../support/references.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Collections that keep a deleted user's id: `deletedUsers`, and those of deletions. */
const MAY_KNOW_THE_DELETED = /^deletedUsers$|deletion/i;

let api: TestApp;
let registry: PersonalDataRegistry;
beforeAll(async () => {
  api = await startTestApp();
  registry = api.app.get(PersonalDataRegistry);
});
afterAll(() => api.close());

const unregistered = (schemas: readonly [string, Schema][]) =>
  schemas
    .filter(([name, schema]) => referencesToUsers(name, schema).length > 0)
    .map(([, schema]) => String(schema.get('collection')))
    .filter((collection) => !MAY_KNOW_THE_DELETED.test(collection))
    .filter((collection) => !registry.all().some((entry) => entry.collection === collection));

it('every schema that refers to users is registered with its eraser and exporter', () => {
  expect(unregistered(SCHEMAS)).toEqual([]);
});

it('a new schema that refers to users and is not registered would fail this build', () => {
  const named = new Schema({ userId: String }, { collection: 'named' });
  const byRef = new Schema({ by: { type: SchemaTypes.ObjectId, ref: 'User' } }, { collection: 'byRef' });
  const within = new Schema({ list: [{ clerkId: String }] }, { collection: 'within' });
  const harmless = new Schema({ at: Date }, { collection: 'harmless' });
  expect(
    unregistered([
      ['Named', named],
      ['ByRef', byRef],
      ['Within', within],
      ['Harmless', harmless],
    ]),
  ).toEqual(['named', 'byRef', 'within']);
  const silent = new Schema({ other: SchemaTypes.ObjectId }, { collection: 'silent' });
  expect(() => unregistered([['Silent', silent]])).toThrow('Silent.other is an ObjectId without `ref`');
});

it('every registered collection exists, and is erased by the fence or by a step', () => {
  const collections = SCHEMAS.map(([, schema]) => String(schema.get('collection')));
  for (const { collection } of registry.all()) expect(collections).toContain(collection);
  const withoutStep = registry.all().filter(({ erase }) => typeof erase === 'string');
  expect(new Map(withoutStep.map(({ collection, erase }) => [collection, erase]))).toEqual(
    new Map([
      ['users', 'fence'],
      ['wishlists', 'fence'],
      ['deletionPurchases', 'archive'],
    ]),
  );
});

it('the document of the export names every registered list', () => {
  const lists = registry.all().flatMap(({ exports }) => Object.keys(exports));
  expect(Object.keys(exportSchema.shape).sort()).toEqual(
    ['exportedAt', 'profile', 'account', ...lists].sort(),
  );
});

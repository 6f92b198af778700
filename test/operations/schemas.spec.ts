import { expect, it } from '@jest/globals';
import type { Schema } from 'mongoose';
import { SCHEMAS } from '../../src/database/schemas.js';
import { MovedPurchaseSchema } from '../../src/purchases/moved-purchase.schema.js';
import { PurchaseSchema } from '../../src/purchases/purchase.schema.js';

/** Mixed on purpose: the archive of a deleted user. */
const MIXED = ['DeletedUser.userData', 'DeletedUser.purchases'];

it('no other path is Mixed: an id in it would not be cast, and would match nothing', () => {
  const mixed = SCHEMAS.flatMap(([name, schema]) =>
    Object.entries(schema.paths)
      .filter(([, type]) => type.instance === 'Mixed' || type.getEmbeddedSchemaType()?.instance === 'Mixed')
      .map(([path]) => `${name}.${path}`),
  );
  expect(mixed.sort()).toEqual(MIXED.toSorted());
});

it('every collection is declared by @Collection: mongoose creates none itself, and stores no __v', () => {
  for (const [, schema] of SCHEMAS) {
    expect(schema.get('autoIndex')).toBe(false);
    expect(schema.get('autoCreate')).toBe(false);
    expect(schema.get('versionKey')).toBe(false);
    expect(schema.get('collection')).toMatch(/^[a-z][A-Za-z]+$/);
  }
});

it('a purchase that is moved to `deletionPurchases` keeps every field but its user', () => {
  const fieldsOf = (schema: Schema, owner: string) =>
    Object.entries(schema.paths)
      .filter(([path]) => path !== owner)
      .map(([path, { instance, options, schema: parts }]) => {
        const { required, enum: values, default: fallback } = options as Record<string, unknown>;
        return { path, instance, required, values, fallback, parts: Object.keys(parts?.paths ?? {}) };
      });
  expect(fieldsOf(MovedPurchaseSchema as Schema, 'archiveId')).toEqual(
    fieldsOf(PurchaseSchema as Schema, 'userId'),
  );
});

import { expect, it } from '@jest/globals';
import { SCHEMAS } from '../../src/database/schemas.js';

/** Free-form on purpose: the archive of a deleted user. */
const FREE_FORM = ['DeletedUser.userData', 'DeletedUser.purchases'];

it('no path is free-form by accident: an id of an unknown type would not be cast, and would match nothing', () => {
  const freeForm = SCHEMAS.flatMap(([name, schema]) =>
    Object.entries(schema.paths)
      .filter(([, type]) => type.instance === 'Mixed' || type.getEmbeddedSchemaType()?.instance === 'Mixed')
      .map(([path]) => `${name}.${path}`),
  );
  expect(freeForm.sort()).toEqual(FREE_FORM.toSorted());
});

it('indexes and collections are made before the start, not by mongoose behind its back', () => {
  for (const [, schema] of SCHEMAS) {
    expect(schema.get('autoIndex')).toBe(false);
    expect(schema.get('autoCreate')).toBe(false);
    expect(schema.get('collection')).toMatch(/^[a-z][A-Za-z]+$/);
  }
});

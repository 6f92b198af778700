import type { Schema, SchemaType } from 'mongoose';

/** Names of fields with the id of a user, or its hash. */
const NAMES_A_USER = /(^|\.)(userId|clerkId|subjectHash|followerId|followeeId|blockerId|blockedId|actorId)$/;

/**
 * The paths of a schema that refer to a user: by `ref`, or by their name.
 * @throws when an ObjectId doesn't say what it refers to
 */
export function referencesToUsers(name: string, schema: Schema, prefix = ''): string[] {
  return Object.entries(schema.paths).flatMap(([key, type]) => {
    const path = prefix + key;
    const found = referenceOf(name, path, type);
    const inner = type.schema === undefined ? [] : referencesToUsers(name, type.schema, `${path}.`);
    return [...(found ? [path] : []), ...inner];
  });
}

function referenceOf(name: string, path: string, type: SchemaType): boolean {
  const { instance, options } = type.getEmbeddedSchemaType() ?? type;
  const ref: unknown = (options as { ref?: unknown }).ref;
  const isOwnId = /(^|\.)_id$/.test(path) && (options as { auto?: unknown }).auto === true;
  if (instance === 'ObjectId' && !isOwnId && ref === undefined) {
    throw new Error(`${name}.${path} is an ObjectId without \`ref\`: say what it refers to`);
  }
  return ref === 'User' || NAMES_A_USER.test(path);
}

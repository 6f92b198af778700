import { parameterError } from './errors.ts';
import type { Metadata } from './user-json.ts';

export type MetadataField = 'public_metadata' | 'private_metadata' | 'unsafe_metadata';

export const METADATA_FIELDS: readonly MetadataField[] = [
  'public_metadata',
  'private_metadata',
  'unsafe_metadata',
];

const LIMIT_BYTES = 8 * 1024;

/**
 * Clerk's deep merge: nested objects merge, a `null` removes its key at any level.
 * `Object.fromEntries` defines own properties, so a key `__proto__` from the wire stays a plain key.
 */
export function mergeMetadata(current: Metadata, patch: Metadata): Metadata {
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(patch)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else if (isObject(value)) merged.set(key, mergeMetadata(isObject(old) ? old : {}, value));
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Throws a 422 for a field above 8 KB. */
export function checkMetadataSize(
  parameters: Partial<Record<MetadataField, Metadata | null | undefined>>,
): void {
  for (const field of METADATA_FIELDS) {
    if (Buffer.byteLength(JSON.stringify(parameters[field] ?? {})) > LIMIT_BYTES) {
      const text = `${field} exceeds the maximum allowed size of 8 KB.`;
      throw parameterError('form_param_exceeds_allowed_size', field, text, text);
    }
  }
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

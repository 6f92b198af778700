/**
 * The defaults of fields that older documents of a stored class may lack: every field that is neither
 * optional nor in `Always`, the fields that every document has had from the beginning. Reads are lean,
 * so documents come without the defaults of their schema. A new field without a default here does not
 * compile (docs/decisions/0033).
 */
export type Defaults<T, Always extends keyof T> = {
  readonly [K in keyof T as K extends Always ? never : undefined extends T[K] ? never : K]: T[K];
};

/** Fills in the missing fields of a document, which was just read: it is changed, not copied. */
export function withDefaults<D extends object, T extends object>(defaults: D, stored: T): D & T {
  const document = stored as D & T;
  for (const name of Object.keys(defaults) as (keyof D)[])
    if (document[name] === undefined) document[name] = defaults[name] as (D & T)[keyof D];
  return document;
}

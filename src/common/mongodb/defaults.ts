/**
 * What the documents of a stored class may lack, with what counts instead: every field that is neither optional nor in `Always`,
 * the fields that each document has had since there is its collection. Reads are lean, so MongoDB's documents come without the
 * defaults of their schema. Those who declare a new field without a default here don't compile (docs/decisions/0033).
 */
export type Defaults<T, Always extends keyof T> = {
  readonly [K in keyof T as K extends Always ? never : undefined extends T[K] ? never : K]: T[K];
};

/** A stored document, with what counts for the fields it lacks. */
export function withDefaults<D extends object, T extends object>(defaults: D, stored: T): D & T {
  return Object.assign({}, defaults, stored);
}

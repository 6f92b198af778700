/**
 * The defaults of fields that older documents of a stored class may lack: every field that is neither
 * optional nor in `Always`, the fields that every document has had from the beginning. Reads are lean,
 * so documents come without the defaults of their schema. A new field without a default here does not
 * compile (docs/decisions/0033).
 */
export type Defaults<T, Always extends keyof T> = {
  readonly [K in keyof T as K extends Always ? never : undefined extends T[K] ? never : K]: T[K];
};

export function withDefaults<D extends object, T extends object>(defaults: D, stored: T): D & T {
  return Object.assign({}, defaults, stored);
}

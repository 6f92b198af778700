type Plain<T> = T extends object ? unknown : T;

/**
 * What an object of the API has according to a type of `@clerk/shared/types`. Any field may be null, which
 * these types often leave out; objects in it are checked where they are built; there may be further fields.
 * Only `satisfies` uses it, so the types of this package don't need that one.
 */
export type AsAnswered<T> = {
  [Field in keyof T]: T[Field] extends readonly (infer Item)[]
    ? Plain<Item>[] | null
    : Plain<T[Field]> | null;
} & Record<string, unknown>;

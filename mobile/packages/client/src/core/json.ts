export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** `never` where JSON would not give back what it got: functions, dates, undefined. */
export type JsonOf<T> = T extends JsonValue
  ? T
  : T extends (...values: never) => unknown
    ? never
    : T extends object
      ? { [Key in keyof T]: JsonOf<T[Key]> }
      : never;

/** @returns a copy as JSON holds it; undefined for a function, a cycle and the like */
export function jsonCopy(value: unknown): JsonValue | undefined {
  try {
    return JSON.parse(JSON.stringify(value)) as JsonValue;
  } catch {
    return undefined;
  }
}

export function isSameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** Which marks the handler of a request has, itself or by its controller. */
export type MarksOf<Name extends string> = (context: ExecutionContext) => Readonly<Record<Name, boolean>>;

/**
 * Looks up the marks that decorators set (`SetMetadata`), once per route.
 * @param keys the metadata keys of the marks, by the names that the result has
 */
export function routeMarks<Name extends string>(
  reflector: Reflector,
  keys: Readonly<Record<Name, string>>,
): MarksOf<Name> {
  type Marks = Readonly<Record<Name, boolean>>;
  // By controller as well: two controllers can inherit one handler.
  const known = new WeakMap<object, WeakMap<object, Marks>>();
  return (context) => {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const found = known.get(controller)?.get(handler);
    if (found !== undefined) return found;
    const has = (key: string) =>
      reflector.getAllAndOverride<boolean | undefined>(key, [handler, controller]) === true;
    const marks = Object.fromEntries(
      Object.entries<string>(keys).map(([name, key]) => [name, has(key)]),
    ) as Marks;
    known.set(controller, (known.get(controller) ?? new WeakMap<object, Marks>()).set(handler, marks));
    return marks;
  };
}

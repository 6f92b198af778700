import type { Provider, Type } from '@nestjs/common';

/** Provides `methods` in place of a class. Names that the class doesn't have are an error of types. */
export function stub<T, M extends object>(
  type: Type<T>,
  methods: M & Record<Exclude<keyof M, keyof T>, never>,
): Provider {
  return { provide: type, useValue: methods };
}

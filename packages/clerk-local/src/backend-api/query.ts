import { z } from 'zod';

/** Types of query parameters, for `querystring` schemas. */

const MAX_VALUES = 100;

export const text = z.string().optional();

/** A parameter that may be repeated, e.g. `user_id=a&user_id=b`. */
export const several = z
  .union([z.string().transform((value) => [value]), z.array(z.string())])
  .default([])
  .superRefine((values, context) => {
    if (values.length <= MAX_VALUES) return;
    context.addIssue({
      code: 'custom',
      message: `should not exceed ${MAX_VALUES} items.`,
      params: { code: 'form_param_array_size_exceeded' },
    });
  });

export function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  return z
    .custom<string>((value) => typeof value === 'string' && /^-?\d+$/.test(value), {
      error: 'must be a `integer`.',
      params: { code: 'form_param_type_invalid' },
      abort: true,
    })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be between ${min} and ${max}.` });
}

/** `true` or `false`. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();

export const pageQuery = z.object({
  limit: integer(1, 500).default(10),
  offset: integer(0).default(0),
  paginated: flag,
});

/** A page of a list: an array, or with `paginated` an object with `data` and `total_count`. */
export function pageOf<T>(
  items: readonly T[],
  { limit, offset, paginated }: z.output<typeof pageQuery>,
): T[] | { data: T[]; total_count: number } {
  const page = items.slice(offset, offset + limit);
  return paginated === true ? { data: page, total_count: items.length } : page;
}

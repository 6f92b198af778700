import { z } from 'zod';

/** Text of users, at most `max` characters. Half surrogate pairs would be stored as something else, NUL breaks tools. */
export function userText(max: number) {
  return z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'holds characters that are no text');
}

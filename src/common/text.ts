import { z } from 'zod';

const NO_TEXT = 'holds characters that are no text';

/** Text of users, at most `max` characters. Half surrogate pairs would be stored as something else, NUL breaks tools. */
export function userText(max: number) {
  return textOf(max).meta({ maxLength: max, pattern: String.raw`^[^\u0000]*$` });
}

/** The same without white space around it, of which something must be left. */
export function someText(max: number) {
  return textOf(max)
    .refine((value) => value.trim() !== '', 'is empty')
    .trim()
    .meta({ minLength: 1, maxLength: max, pattern: String.raw`^[^\u0000]*[^\s\u0000][^\u0000]*$` });
}

/** Characters as JSON Schema counts them, and people do: to zod an emoji is two. So the document has to be told. */
function textOf(max: number) {
  return z
    .string()
    .refine((value) => value.isWellFormed() && !value.includes('\0'), NO_TEXT)
    .refine(
      (value) => value.length <= max || Array.from(value).length <= max,
      `has more than ${max} characters`,
    );
}

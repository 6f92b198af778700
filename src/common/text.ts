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

const graphemes = new Intl.Segmenter('en');

/**
 * The beginning of a text, at most `max` UTF-16 units. It ends between two characters as people see them: an emoji of several
 * code points stays whole or goes. One that is longer than `max` is cut itself, never within a surrogate pair.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  // Whether a character ends at `max` depends on the code point after it.
  for (const { index, segment } of graphemes.segment(text.slice(0, max + 2))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return end > 0 ? text.slice(0, end) : text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
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

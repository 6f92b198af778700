import { z } from 'zod';

const NO_TEXT = 'holds characters that are no text';

/**
 * A character that is seen by itself: a letter, digit, mark, punctuation, symbol or emoji. Not white space, control and format
 * characters, what Unicode says to show nothing for (Default_Ignorable_Code_Point), nor the blank of Braille.
 */
const VISIBLE =
  /[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Separator}\p{Surrogate}\p{Noncharacter_Code_Point}\u2800]/u;
/** The same for the document, which tools without Unicode's properties read: it lets some through that are invisible. */
const INVISIBLE_RANGES = String.raw`\s\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff`;

/** Whether anything of a text can be seen. A text of nothing but, say, U+200B counts as empty. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Text of users, at most `max` characters. Half surrogate pairs would be stored as something else, NUL breaks tools. */
export function userText(max: number) {
  return textOf(max).meta({ maxLength: max, pattern: String.raw`^[^\u0000]*$` });
}

/** The same, empty when nothing of it can be seen. */
export function visibleText(max: number) {
  return userText(max).overwrite((value) => (isVisible(value) ? value : ''));
}

/** The same without white space around it, of which something must be seen. */
export function someText(max: number) {
  return textOf(max)
    .refine(isVisible, 'is empty')
    .trim()
    .meta({
      minLength: 1,
      maxLength: max,
      pattern: String.raw`^[^\u0000]*[^${INVISIBLE_RANGES}][^\u0000]*$`,
    });
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

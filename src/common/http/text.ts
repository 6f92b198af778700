import { z } from 'zod';

const NO_TEXT = 'contains characters that are not text';

/**
 * A visible character: a letter, digit, mark, punctuation, symbol or emoji. Not white space, control and
 * format characters, Default_Ignorable_Code_Point or the Braille blank.
 */
const VISIBLE =
  /[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Separator}\p{Surrogate}\p{Noncharacter_Code_Point}\u2800]/u;
/**
 * An approximation for the document, because many tools don't support Unicode properties: it accepts
 * some invisible ones.
 */
const INVISIBLE_RANGES = String.raw`\s\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff`;

/** Whether a text has a visible character. A text of only U+200B, for example, counts as empty. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/**
 * Text by users, at most `max` characters. Lone surrogates would be stored as something else, NUL breaks
 * tools.
 */
export function userText(max: number) {
  return textOf(max).meta({ maxLength: max, pattern: String.raw`^[^\u0000]*$` });
}

/** User text that becomes empty without a visible character. */
export function visibleText(max: number) {
  return userText(max).overwrite((value) => (isVisible(value) ? value : ''));
}

/** User text, trimmed, that must have a visible character. */
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
 * The beginning of a text, at most `max` UTF-16 units. It ends between graphemes: an emoji of several code
 * points stays whole or is dropped. A grapheme longer than `max` is cut, never within a surrogate pair.
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

/** Counts characters as JSON Schema does: zod counts an emoji as two. So `maxLength` is set in `meta`. */
function textOf(max: number) {
  return z
    .string()
    .refine((value) => value.isWellFormed() && !value.includes('\0'), NO_TEXT)
    .refine(
      (value) => value.length <= max || Array.from(value).length <= max,
      `has more than ${max} characters`,
    );
}

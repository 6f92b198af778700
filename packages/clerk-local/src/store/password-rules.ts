import { ClerkError, type ClerkErrorItem, parameterItem } from './errors.ts';
import type { Store } from './store.ts';

/** What bcrypt reads of a password, with which Clerk hashes. */
const MAX_BYTES = 72;

/** @throws Clerk's 422 with an item for each rule of the instance that the password breaks */
export function checkPasswordRules(store: Store, password: string, parameter = 'password'): void {
  const { password_settings: rules } = store.settings;
  const broken: ClerkErrorItem[] = [];
  const breaks = (code: string, text: string): void => {
    broken.push(parameterItem(code, parameter, text, text));
  };
  const length = Array.from(password).length;
  if (length < rules.min_length) {
    const text = `Passwords must be ${rules.min_length} characters or more.`;
    breaks('form_password_length_too_short', text);
  }
  if (length > rules.max_length) {
    const text = `Passwords must be less than ${rules.max_length} characters.`;
    breaks('form_password_length_too_long', text);
  } else if (Buffer.byteLength(password) > MAX_BYTES) {
    const text =
      'Your password has exceeded the maximum number of bytes allowed, please shorten it or remove some special characters.';
    breaks('form_password_size_in_bytes_exceeded', text);
  }
  if (rules.require_uppercase && !/\p{Lu}/u.test(password)) {
    breaks('form_password_no_uppercase', 'Passwords must contain at least one uppercase character.');
  }
  if (rules.require_lowercase && !/\p{Ll}/u.test(password)) {
    breaks('form_password_no_lowercase', 'Passwords must contain at least one lowercase character.');
  }
  if (rules.require_numbers && !/\d/.test(password)) {
    breaks('form_password_no_number', 'Passwords must contain at least one number.');
  }
  if (rules.require_special_char && !/[^\p{L}\d\s]/u.test(password)) {
    breaks('form_password_no_special_char', 'Passwords must contain at least one special character.');
  }
  if (broken.length > 0) throw new ClerkError(422, broken);
}

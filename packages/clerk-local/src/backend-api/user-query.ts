import { parameterError } from '../store/errors.ts';
import type { User } from '../store/user-json.ts';

const MAX_VALUES = 100;
const TIMES = ['created_at', 'last_active_at', 'last_sign_in_at'] as const;

/** The value of each `order_by`. A cursor needs `created_at`: the others are neither unique nor immutable. */
const ORDERS: Record<string, (user: User) => string | number> = {
  created_at: (user) => user.created_at,
  updated_at: (user) => user.updated_at,
  last_active_at: (user) => user.last_active_at ?? 0,
  last_sign_in_at: (user) => user.last_sign_in_at ?? 0,
  first_name: (user) => user.first_name ?? '',
  last_name: (user) => user.last_name ?? '',
  username: (user) => user.username ?? '',
  email_address: (user) => user.email_addresses[0]?.email_address ?? '',
  phone_number: (user) => user.phone_numbers[0]?.phone_number ?? '',
  web3wallet: () => '',
};

/** `GET /v1/users`: a page of the users that match, by default newest first. @throws a 422 */
export function listUsers(users: User[], query: URLSearchParams): User[] {
  const limit = integer(query, 'limit', 10, 1, 500);
  const offset = integer(query, 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
  const compare = comparison(query);
  const sorted = matchingUsers(users, query).sort(compare);

  const cursor = query.get('starting_after');
  if (cursor === null) return sorted.slice(offset, offset + limit);
  const last = users.find((user) => user.id === cursor);
  if (!/^[-+ ]?created_at$/.test(query.get('order_by') ?? '-created_at')) {
    throw invalidValue('starting_after', 'starting_after requires ordering by created_at.');
  }
  if (offset > 0) throw invalidValue('starting_after', 'starting_after cannot be combined with offset.');
  if (!last) throw invalidValue('starting_after', `No user was found with id ${cursor}.`);
  return sorted.filter((user) => compare(last, user) < 0).slice(0, limit);
}

/** `GET /v1/users/count` and the filters of `GET /v1/users`. @throws a 422 */
export function matchingUsers(users: User[], query: URLSearchParams): User[] {
  const ids = several(query, 'user_id');
  const emails = several(query, 'email_address').map((email) => email.toLowerCase());
  const phones = several(query, 'phone_number');
  const usernames = several(query, 'username').map((username) => username.toLowerCase());
  const externalIds = several(query, 'external_id');
  const text = query.get('query')?.toLowerCase();
  const banned = query.get('banned');

  return users.filter(
    (user) =>
      (ids.length === 0 || ids.includes(user.id)) &&
      (externalIds.length === 0 || externalIds.includes(user.external_id ?? '')) &&
      (usernames.length === 0 || usernames.includes(user.username?.toLowerCase() ?? '')) &&
      (emails.length === 0 || user.email_addresses.some((email) => emails.includes(email.email_address))) &&
      (phones.length === 0 || user.phone_numbers.some((phone) => phones.includes(phone.phone_number))) &&
      (banned === null || user.banned === (banned === 'true')) &&
      (!text || searchable(user).includes(text)) &&
      TIMES.every((field) => isWithin(user[field] ?? 0, field, query)),
  );
}

function searchable(user: User): string {
  const names = [user.id, user.username, user.first_name, user.last_name];
  const emails = user.email_addresses.map((email) => email.email_address);
  const phones = user.phone_numbers.map((phone) => phone.phone_number);
  return [...names, ...emails, ...phones].join('\n').toLowerCase();
}

function isWithin(time: number, field: string, query: URLSearchParams): boolean {
  const after = integer(query, `${field}_after`, -1, 0, Number.MAX_SAFE_INTEGER);
  const before = integer(query, `${field}_before`, Infinity, 0, Number.MAX_SAFE_INTEGER);
  return time > after && time < before;
}

function comparison(query: URLSearchParams): (a: User, b: User) => number {
  // An unescaped "+created_at" arrives as " created_at".
  const [, sign, field = ''] = /^([-+ ]?)(.*)$/.exec(query.get('order_by') ?? '-created_at') ?? [];
  const key = Object.hasOwn(ORDERS, field) ? ORDERS[field] : undefined;
  if (!key) {
    throw invalidValue(
      'order_by',
      `${field} does not match one of the allowed values for parameter order_by`,
    );
  }
  const direction = sign === '-' ? -1 : 1;
  return (a, b) => direction * (compareValues(key(a), key(b)) || compareValues(a.id, b.id));
}

function compareValues(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// The SDK repeats `user_id=`; curl users write `user_id[]=`.
function several(query: URLSearchParams, name: string): string[] {
  const values = [...query.getAll(name), ...query.getAll(`${name}[]`)];
  if (values.length > MAX_VALUES) {
    const text = `${name} should not exceed ${MAX_VALUES} items.`;
    throw parameterError('form_param_array_size_exceeded', name, 'exceeds maximum size', text);
  }
  return values;
}

function integer(query: URLSearchParams, name: string, fallback: number, min: number, max: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^-?\d+$/.test(text)) {
    throw parameterError('form_param_type_invalid', name, 'is invalid', `\`${name}\` must be a \`integer\`.`);
  }
  if (value < min || value > max) throw invalidValue(name, `${name} must be between ${min} and ${max}.`);
  return value;
}

function invalidValue(parameter: string, longMessage: string): Error {
  return parameterError('form_param_value_invalid', parameter, 'is invalid', longMessage);
}

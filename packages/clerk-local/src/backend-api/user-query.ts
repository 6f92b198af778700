import { z } from 'zod';
import { parameterError } from '../store/errors.ts';
import type { User } from '../store/user-json.ts';
import { integer, several, text } from './query.ts';

const TIMES = ['created_at', 'last_active_at', 'last_sign_in_at'] as const;
const time = integer(0).optional();

/** The filters of `GET /v1/users` and `GET /v1/users/count`. */
export const userFilter = z.object({
  user_id: several,
  email_address: several,
  phone_number: several,
  username: several,
  external_id: several,
  query: text,
  banned: text,
  created_at_after: time,
  created_at_before: time,
  last_active_at_after: time,
  last_active_at_before: time,
  last_sign_in_at_after: time,
  last_sign_in_at_before: time,
});

export const userQuery = userFilter.extend({
  limit: integer(1, 500).default(10),
  offset: integer(0).default(0),
  order_by: z.string().default('-created_at'),
  starting_after: text,
});

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
export function listUsers(users: User[], query: z.output<typeof userQuery>): User[] {
  const { limit, offset, order_by: order, starting_after: cursor } = query;
  const compare = comparison(order);
  const sorted = matchingUsers(users, query).sort(compare);

  if (cursor === undefined) return sorted.slice(offset, offset + limit);
  const last = users.find((user) => user.id === cursor);
  if (!/^[-+ ]?created_at$/.test(order)) {
    throw invalidValue('starting_after', 'starting_after requires ordering by created_at.');
  }
  if (offset > 0) throw invalidValue('starting_after', 'starting_after cannot be combined with offset.');
  if (!last) throw invalidValue('starting_after', `No user was found with id ${cursor}.`);
  return sorted.filter((user) => compare(last, user) < 0).slice(0, limit);
}

export function matchingUsers(users: User[], filter: z.output<typeof userFilter>): User[] {
  const { user_id: ids, phone_number: phones, external_id: externalIds, banned } = filter;
  const emails = filter.email_address.map((email) => email.toLowerCase());
  const usernames = filter.username.map((username) => username.toLowerCase());
  const searched = filter.query?.toLowerCase();

  return users.filter(
    (user) =>
      (ids.length === 0 || ids.includes(user.id)) &&
      (externalIds.length === 0 || externalIds.includes(user.external_id ?? '')) &&
      (usernames.length === 0 || usernames.includes(user.username?.toLowerCase() ?? '')) &&
      (emails.length === 0 || user.email_addresses.some((email) => emails.includes(email.email_address))) &&
      (phones.length === 0 || user.phone_numbers.some((phone) => phones.includes(phone.phone_number))) &&
      (banned === undefined || user.banned === (banned === 'true')) &&
      (!searched || searchable(user).includes(searched)) &&
      TIMES.every((field) => isWithin(user[field] ?? 0, filter[`${field}_after`], filter[`${field}_before`])),
  );
}

function searchable(user: User): string {
  const names = [user.id, user.username, user.first_name, user.last_name];
  const emails = user.email_addresses.map((email) => email.email_address);
  const phones = user.phone_numbers.map((phone) => phone.phone_number);
  return [...names, ...emails, ...phones].join('\n').toLowerCase();
}

function isWithin(value: number, after = -1, before = Infinity): boolean {
  return value > after && value < before;
}

function comparison(order: string): (a: User, b: User) => number {
  // An unescaped "+created_at" arrives as " created_at".
  const [, sign, field = ''] = /^([-+ ]?)(.*)$/.exec(order) ?? [];
  const key = Object.hasOwn(ORDERS, field) ? ORDERS[field] : undefined;
  if (!key) {
    const expected = `${field} does not match one of the allowed values for parameter order_by`;
    throw invalidValue('order_by', expected);
  }
  const direction = sign === '-' ? -1 : 1;
  return (a, b) => direction * (compareValues(key(a), key(b)) || compareValues(a.id, b.id));
}

function compareValues(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function invalidValue(parameter: string, longMessage: string): Error {
  return parameterError('form_param_value_invalid', parameter, 'is invalid', longMessage);
}

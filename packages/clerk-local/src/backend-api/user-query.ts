import { z } from 'zod';
import { parameterError } from '../store/errors.ts';
import type { User } from '../store/user-json.ts';
import { flag, integer, several, text } from './query.ts';

const TIMES = ['created_at', 'last_active_at', 'last_sign_in_at'] as const;
const time = integer(0).optional();

/** The filters of `GET /v1/users` and `GET /v1/users/count`. */
export const userFilter = z.object({
  user_id: several,
  email_address: several,
  phone_number: several,
  username: several,
  external_id: several,
  web3_wallet: several,
  organization_id: several,
  query: text,
  email_address_query: text,
  phone_number_query: text,
  username_query: text,
  name_query: text,
  provider: text,
  provider_user_id: several,
  banned: flag,
  created_at_after: time,
  created_at_before: time,
  last_active_at_after: time,
  last_active_at_since: time,
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

/** @throws a 422 for `provider` without `provider_user_id` and the reverse */
export function matchingUsers(users: User[], filter: UserFilter): User[] {
  const conditions = conditionsOf(filter);
  return users.filter((user) => conditions.every((holds) => holds(user)));
}

type UserFilter = z.output<typeof userFilter>;
type Condition = (user: User) => boolean;

function conditionsOf(filter: UserFilter): Condition[] {
  const { banned, provider, provider_user_id: providerIds, last_active_at_since: since = 0 } = filter;
  if ((provider === undefined) !== (providerIds.length === 0)) {
    const [missing, given] =
      provider === undefined ? ['provider', 'provider_user_id'] : ['provider_user_id', 'provider'];
    const text = `\`${missing}\` is required when \`${given}\` is present.`;
    throw parameterError('form_conditional_param_missing', missing, 'is missing', text);
  }
  return [
    signed(filter.user_id, ({ id }) => id),
    signed(filter.external_id, (user) => user.external_id ?? ''),
    oneOf(filter.email_address, emailsOf),
    oneOf(filter.phone_number, phonesOf),
    oneOf(filter.username, usernameOf),
    // Users have no wallets and no organizations.
    oneOf(filter.web3_wallet, () => []),
    oneOf(filter.organization_id, () => []),
    oneOf(
      providerIds.map((id) => `${provider ?? ''} ${id}`),
      accountsOf,
    ),
    contains(filter.query, (user) => [
      user.id,
      ...usernameOf(user),
      ...namesOf(user),
      ...emailsOf(user),
      ...phonesOf(user),
    ]),
    contains(filter.email_address_query, emailsOf),
    contains(filter.phone_number_query, phonesOf),
    contains(filter.username_query, usernameOf),
    contains(filter.name_query, (user) => [namesOf(user).join(' ')]),
    (user) => banned === undefined || user.banned === banned,
    (user) => (user.last_active_at ?? 0) >= since,
    (user) =>
      TIMES.every((field) => isWithin(user[field] ?? 0, filter[`${field}_after`], filter[`${field}_before`])),
  ];
}

const emailsOf = (user: User): string[] => user.email_addresses.map((email) => email.email_address);
const phonesOf = (user: User): string[] => user.phone_numbers.map((phone) => phone.phone_number);
const usernameOf = (user: User): string[] => (user.username === null ? [] : [user.username]);
const namesOf = (user: User): string[] =>
  [user.first_name, user.last_name].filter((name) => name !== null && name !== '') as string[];
const accountsOf = (user: User): string[] =>
  user.external_accounts.map((account) => `${account.provider} ${account.provider_user_id}`);

function oneOf(wanted: readonly string[], valuesOf: (user: User) => string[]): Condition {
  const values = new Set(wanted.map((value) => value.toLowerCase()));
  return (user) => values.size === 0 || valuesOf(user).some((value) => values.has(value.toLowerCase()));
}

/** An id may have the prefix `-`, which excludes it, or `+`. An unescaped "+" arrives as a space. */
function signed(wanted: readonly string[], valueOf: (user: User) => string): Condition {
  const excluded = new Set(wanted.filter((id) => id.startsWith('-')).map((id) => id.slice(1)));
  const included = new Set(wanted.filter((id) => !id.startsWith('-')).map((id) => id.replace(/^[+ ]/, '')));
  return (user) => {
    const value = valueOf(user);
    return !excluded.has(value) && (included.size === 0 || included.has(value));
  };
}

function contains(searched: string | undefined, valuesOf: (user: User) => string[]): Condition {
  const part = searched?.toLowerCase();
  return (user) => !part || valuesOf(user).some((value) => value.toLowerCase().includes(part));
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

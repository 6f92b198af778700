import type { ServerName } from './servers.ts';
import { type Deliveries, ITEMS, type Traveller } from './travellers.ts';

/** What one request of a job is. */
export interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Job {
  title: string;
  /** All the answers have it. */
  status: number;
  /** Whether each request may be sent once only. */
  once: boolean;
  servers: readonly ServerName[];
  call(traveller: Traveller, deliveries: Deliveries): Call;
}

const PREFIX = '/api/v2';
const PEERS = ['naive', 'same-work', 'express', 'nest', 'service', 'bare'] as const;
const FOLLOWERS = 20;

const get =
  (path: (traveller: Traveller) => string) =>
  (traveller: Traveller): Call => ({ method: 'GET', path: path(traveller), headers: bearer(traveller) });
const bearer = ({ token }: Traveller) => ({ authorization: `Bearer ${token}` });
const anonymous = (path: string) => (): Call => ({ method: 'GET', path, headers: {} });
const read = { status: 200, once: false } as const;

/** The first four are compared with all peers. */
export const JOBS = {
  me: {
    ...read,
    title: '`GET /users/me`',
    servers: ['naive', 'naive-joined', 'same-work', 'express', 'nest', 'service', 'bare'],
    call: get(() => `${PREFIX}/users/me`),
  },
  put: {
    ...read,
    title: '`PUT` of a known country',
    servers: PEERS,
    call: (traveller) => ({
      method: 'PUT',
      path: `${PREFIX}/users/me/wishlist/${traveller.countryCode}`,
      headers: bearer(traveller),
    }),
  },
  list: {
    ...read,
    title: '`GET` of 50 items',
    servers: PEERS,
    call: get(() => `${PREFIX}/users/me/wishlist?limit=${ITEMS}`),
  },
  webhook: {
    title: 'webhook `user.updated`',
    status: 200,
    once: true,
    servers: ['naive', 'naive-transaction', 'same-work', 'express', 'nest', 'service', 'bare'],
    call: (_traveller, deliveries) => {
      const { headers, body } = deliveries.next();
      return { method: 'POST', path: `${PREFIX}/webhooks/clerk`, headers, body };
    },
  },
  followers: {
    ...read,
    title: '20 followers',
    servers: ['service'],
    call: get(({ id }) => `${PREFIX}/users/${id}/followers?limit=${FOLLOWERS}`),
  },
  search: {
    ...read,
    title: 'search, 20 cards',
    servers: ['service'],
    call: get(() => `${PREFIX}/users?q=traveller&limit=20`),
  },
  card: {
    ...read,
    title: 'one card',
    servers: ['service'],
    call: get(({ id }) => `${PREFIX}/users/${id}`),
  },
  countries: {
    ...read,
    title: '`GET /countries`',
    servers: ['node', 'service'],
    call: anonymous(`${PREFIX}/countries`),
  },
  live: {
    ...read,
    title: '`GET /health/live`',
    servers: ['node', 'service'],
    call: anonymous('/health/live'),
  },
  refused: {
    ...read,
    title: 'a 401',
    status: 401,
    servers: ['service'],
    call: ({ token }) => ({
      method: 'GET',
      path: `${PREFIX}/users/me`,
      // Another signature.
      headers: { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` },
    }),
  },
  alone: {
    ...read,
    title: 'the profile without a database',
    servers: ['node', 'fastify', 'nest-alone'],
    call: get(() => `${PREFIX}/users/me`),
  },
  options: {
    ...read,
    title: '`GET /users/me` by option',
    servers: ['bare', 'service', 'redis', 'traced-some', 'traced'],
    call: get(() => `${PREFIX}/users/me`),
  },
} satisfies Record<string, Job>;
export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as JobName[];
/** What a run without `--full` and `--jobs` measures. */
export const QUICK_JOBS = JOB_NAMES.filter((name) => name !== 'options');
export const COMPARED: readonly JobName[] = ['me', 'put', 'list', 'webhook'];

/** A request as its bytes. */
export function bytesOf({ method, path, headers, body }: Call): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}${length}\r\n${body ?? ''}`;
}

import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { LRUCache } from 'lru-cache';
import { MongoClient } from 'mongodb';

/*
 * What the peers without a framework share. The peers import nothing of src: they are other designs of the
 * same API, and each is as small as its design allows.
 */

export const PREFIX = '/api/v2';
export const ITEM = `${PREFIX}/users/me/wishlist/`;
const VERIFIED_TOKENS = 10_000;
const POOL_SIZE = 20;
const WEBHOOK_TOLERANCE_SECONDS = 300;

export const { MONGODB_URI = '', JWT_KEY = '', WEBHOOK_SECRET = '' } = process.env;

/** What a token says of its caller. */
export interface Caller {
  subject: string;
  session: string;
  /** Seconds since the epoch. */
  issuedAt: number;
  expiresAt: number;
}

/** Reads `Authorization`: RS256 by node:crypto, verified tokens in an LRU. Undefined: 401. */
export function tokenReader(): (authorization: string | undefined) => Caller | undefined {
  const key = createPublicKey(JWT_KEY);
  const verified = new LRUCache<string, Caller>({ max: VERIFIED_TOKENS });
  return (authorization = '') => {
    const now = Date.now() / 1000;
    const known = verified.get(authorization);
    if (known !== undefined) return known.expiresAt > now ? known : undefined;
    const [header = '', payload = '', signature = ''] = authorization.slice('Bearer '.length).split('.');
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
    const { sub, sid, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      sub: string;
      sid: string;
      iat: number;
      exp: number;
    };
    if (exp <= now) return undefined;
    const caller = { subject: sub, session: sid, issuedAt: iat, expiresAt: exp };
    verified.set(authorization, caller);
    return caller;
  };
}

/** Verifies Svix's signature by node:crypto. */
export function svixVerifier(): (headers: IncomingMessage['headers'], body: Buffer) => boolean {
  const secret = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
  return (headers, body) => {
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signatures } = headers;
    if (Math.abs(Date.now() / 1000 - Number(timestamp)) > WEBHOOK_TOLERANCE_SECONDS) return false;
    const signed = `${String(id)}.${String(timestamp)}.`;
    const expected = createHmac('sha256', secret).update(signed).update(body).digest();
    return String(signatures)
      .split(' ')
      .some((signature) => {
        const given = Buffer.from(signature.slice('v1,'.length), 'base64');
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
  };
}

/** Clerk's `user.updated`, as far as the peers read it. */
export interface UserEvent {
  type: string;
  data: {
    id: string;
    first_name: string | null;
    last_name: string | null;
    image_url: string;
    primary_email_address_id: string | null;
    email_addresses: { id: string; email_address: string }[];
    public_metadata: { role?: unknown };
    banned: boolean;
    updated_at: number;
  };
}

/** The fields of a user that Clerk owns, by the names of our documents. */
export function profileOf({ data }: UserEvent) {
  const address = data.email_addresses.find(({ id }) => id === data.primary_email_address_id);
  return {
    email: address?.email_address ?? null,
    firstName: data.first_name ?? 'Unknown',
    lastName: data.last_name ?? '',
    profilePicture: data.image_url,
    role: data.public_metadata.role === 'admin' ? 'admin' : 'user',
    banned: data.banned,
    clerkUpdatedAt: data.updated_at,
  };
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const names = new Map<string, string | undefined>();

/** The English name of a country; undefined for an unknown code. */
export function countryName(code: string): string | undefined {
  if (!names.has(code)) names.set(code, /^[A-Z]{2}$/.test(code) ? regions.of(code) : undefined);
  return names.get(code);
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

export async function connect(): Promise<MongoClient> {
  return new MongoClient(MONGODB_URI, { maxPoolSize: POOL_SIZE, appName: 'bench-peer' }).connect();
}

/** Serves on a free port of 127.0.0.1 and prints the line "listening" with the address. */
export function serve(listener: RequestListener): void {
  const server = createServer(listener);
  server.keepAliveTimeout = 72_000;
  server.listen(0, '127.0.0.1', () => {
    announce(server.address());
  });
}

export function announce(address: unknown): void {
  const { port } = address as { port: number };
  console.log(JSON.stringify({ msg: 'listening', address: `http://127.0.0.1:${port}` }));
  process.once('SIGTERM', () => process.exit(0));
}

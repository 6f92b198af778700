import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

/** Values that stay in a copied `.env` by mistake, with or without the prefix of Clerk's keys. */
const PLACEHOLDER =
  /^(?:(?:sk|pk)_(?:test|live)_|whsec_)?(?:x{3,}|\.{3}|…|<.*>|your[-_ ].*|change[-_ ]?me.*|todo|placeholder.*|example)$/i;

export const text = z
  .string()
  .trim()
  .refine((value) => !PLACEHOLDER.test(value), 'is still a placeholder');

/** Comma-separated; empty entries are left out. */
export const list = text.transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

export const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

export const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);

/** A share, from 0 to 1. */
export const share = text
  .regex(/^(?:0|1|0?\.\d{1,9}|1\.0+)$/, 'must be a share, from 0 to 1')
  .transform(Number);

/**
 * An http(s) address, with or without a path. Paths are appended to it, so slashes at its end are
 * removed.
 */
export const url = text
  .refine(
    (value) => URL.canParse(value) && /^https?:\/\/[^?#@]+$/i.test(value),
    'must be an http(s) address without query, fragment and credentials',
  )
  .transform((value) => value.replace(/\/+$/, ''));

/** `/v1` is appended to it, and Clerk's own examples of requests already have one. */
export const clerkApiUrl = url.transform((value) => value.replace(/(?:\/+v1)+$/, ''));

export const mongodbUri = text
  .regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must be a mongodb:// or mongodb+srv:// address')
  .refine(namesDatabase, 'names no database: …/<database>?…')
  .refine((value) => !/[?&]retryWrites=false/i.test(value), 'must not switch retryWrites off');

export const redisUrl = text.refine(
  (value) => /^rediss?:\/\/\S+$/.test(value) && URL.canParse(value),
  'must be a redis:// or rediss:// address',
);

/**
 * Also an app's own scheme, `capacitor://localhost`; in `https://*.example.com` the `*` is one whole
 * label.
 */
export const origin = text
  .transform((value) => value.replace(/\/$/, ''))
  .refine(
    (value) => isOrigin(value.replace(/^(https?:\/\/)\*\.(?=[^.]+\.[^.]|localhost(?:$|:))/, '$1')),
    'must be an origin: scheme, host, port, no path; a * may stand for the first of three or more labels',
  );

export const issuer = text.refine(
  isIssuer,
  'must be https addresses as they stand in tokens: no query, fragment, credentials, nor a slash after the host alone',
);

export const publishableKey = text.refine(
  (value) => hostOfPublishableKey(value) !== undefined,
  'must be a pk_test_… or pk_live_… key of Clerk',
);

export const secretKey = text.regex(/^sk_(test|live)_\S+$/, 'must be an sk_test_… or sk_live_… key of Clerk');

export const webhookSecrets = list.pipe(
  z
    .array(
      z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, 'must be whsec_… secrets, separated by commas'),
    )
    .min(1, 'is empty'),
);

/** A PEM. In an environment file it is one line, with `\n` for line ends. */
const pem = text.transform((value) => value.replaceAll('\\n', '\n'));

export const jwtKey = pem.refine(isRsa2048, 'must be a PEM public key (RSA, 2048 bits)');

export const signingKey = pem.refine(isP256PrivateKey, 'must be a PEM private key (EC, P-256)');

/** OpenTelemetry's notation: `name=value,name=value`, values percent-encoded. */
export const otlpHeaders = list.transform((entries, context) => {
  const headers: Record<string, string> = {};
  for (const entry of entries) {
    const [, name, value = ''] = /^([\w-]+)=(.+)$/.exec(entry) ?? [];
    const decoded = decode(value);
    if (name === undefined || decoded === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'must be name=value, separated by commas, values percent-encoded',
      });
      return z.NEVER;
    }
    headers[name] = decoded;
  }
  return headers;
});

export const reservedUsernames = list
  .transform((names) => names.map((name) => name.toLowerCase()))
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(?=[_.]*[a-z0-9])[a-z0-9_.]{1,30}$/,
          'must be usernames (a-z, 0-9, _ and .), separated by commas',
        ),
    ),
  );

const hops = z
  .string()
  .regex(/^[1-9]\d?$/)
  .transform(Number);
const proxies = list.pipe(z.array(z.string().refine(isRange)));

export const trustedProxies = z.union(
  [flag, hops, proxies],
  'must be true or false, a number of hops from 1 to 99, or list addresses or ranges (CIDR)',
);

/**
 * The Frontend API host in a publishable key: `pk_test_` or `pk_live_` and the base64 of `<host>$`,
 * where the host has a dot (Clerk's `keys.ts`). Undefined for anything else.
 */
export function hostOfPublishableKey(key: string): string | undefined {
  const match = /^pk_(?:test|live)_([A-Za-z0-9+/]+={0,2})$/.exec(key);
  const decoded = match?.[1] === undefined ? '' : Buffer.from(match[1], 'base64').toString();
  return /^[a-z0-9.-]+(?::\d+)?\$$/i.test(decoded) && decoded.includes('.')
    ? decoded.slice(0, -1)
    : undefined;
}

/**
 * Whether a token can name this address as its issuer, spelled as a URL parser spells it:
 * `https://clerk.example.com`, or with a path (`https://example.com/__clerk`). A slash at the end of a
 * path makes a different issuer; a slash after the host alone is a typing error.
 */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, origin: host, pathname } = new URL(value);
  return protocol === 'https:' && value === (pathname === '/' ? host : host + pathname);
}

/** A web origin as browsers send it. `URL` can't read the origin of schemes other than http(s). */
function isOrigin(value: string): boolean {
  if (/^https?:/.test(value))
    return !value.includes('*') && URL.canParse(value) && new URL(value).origin === value;
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(value);
}

/** Without a name the driver uses `test`. An address that this can't read is left to the driver. */
function namesDatabase(uri: string): boolean {
  const [, database]: (string | undefined)[] = /^[^:]+:\/\/(?:[^@/]*@)?[^/@?]+(\/[^?]*)?(?:\?.*)?$/.exec(
    uri,
  ) ?? [undefined, '/unknown'];
  return (database?.length ?? 0) > 1;
}

/** An IP address, with or without a prefix length. */
function isRange(entry: string): boolean {
  const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function isP256PrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function isRsa2048(pem: string): boolean {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048;
  } catch {
    return false;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

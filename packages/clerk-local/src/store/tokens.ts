import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from './clock.ts';
import { newId } from './ids.ts';

/** `cat` in the header, by which `@clerk/backend` tells session tokens from tokens by a template. */
const SESSION_TOKEN = 'cl_B7d4PD111AAA';
export const TEMPLATE_TOKEN = 'cl_B7d4PD222AAA';

export interface TokenOptions {
  /** Default 60, as at Clerk. Negative: already expired. */
  expiresInSeconds?: number;
  /** Default: the user's newest active session, otherwise an id without a session. */
  sessionId?: string;
  /** Origin of the page that requested the token; native apps have none. */
  azp?: string;
  /** Of the claims: 1 before the API version 2025-04-10. Default 2. */
  version?: 1 | 2;
  /** Adds or replaces claims; `undefined` removes one. */
  claims?: Record<string, unknown>;
  /** The same for the header. The signature is RS256 for any `alg`. */
  header?: Record<string, unknown>;
}

/** RSA-2048, the only kind that `@clerk/backend` reads from a PEM. PKCS #8. */
export async function generateSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** The instance's signing key: PEM and JWKS for verifiers, session tokens in Clerk's shape. */
export class Tokens {
  readonly jwtKey: string;
  readonly issuer: string;
  readonly jwks: { keys: Record<string, unknown>[] };
  readonly #privateKey: KeyObject;
  readonly #keyId: string;

  readonly #clock: Clock;

  /** @param signingKey PKCS #8 PEM; @param keyId the instance's id */
  constructor(signingKey: string, keyId: string, issuer: string, clock: Clock) {
    this.#privateKey = createPrivateKey(signingKey);
    this.#keyId = keyId;
    this.issuer = issuer;
    this.#clock = clock;
    const publicKey = createPublicKey(this.#privateKey);
    const { kty, n, e } = publicKey.export({ format: 'jwk' });
    this.jwtKey = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    this.jwks = { keys: [{ use: 'sig', kty, kid: keyId, alg: 'RS256', n, e }] };
  }

  mint(userId: string, options: TokenOptions = {}): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const { version = 2 } = options;
    const claims = {
      ...(options.azp === undefined ? {} : { azp: options.azp }),
      exp: now + (options.expiresInSeconds ?? 60),
      fva: [0, -1],
      iat: now,
      iss: this.issuer,
      ...(version === 1 ? {} : { jti: randomBytes(10).toString('hex') }),
      nbf: now - 10,
      sid: options.sessionId ?? newId('sess', this.#clock.now()),
      sts: 'active',
      sub: userId,
      ...(version === 1 ? {} : { v: 2 }),
      ...options.claims,
    };
    return this.sign(claims, { cat: SESSION_TOKEN, ...options.header });
  }

  /** Any JWT, e.g. a ticket. Claims as given; the header gets `alg`, `kid` and `typ`. */
  sign(claims: object, header: object = {}): string {
    const signed = unsigned(claims, { alg: 'RS256', kid: this.#keyId, typ: 'JWT', ...header });
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#privateKey).toString('base64url')}`;
  }
}

/** The first two parts of a JWT, which its signature signs. */
export function unsigned(claims: object, header: object): string {
  return `${base64url(header)}.${base64url(claims)}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

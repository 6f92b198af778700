import { Inject, Injectable } from '@nestjs/common';
import { Webhook } from 'svix';
import { z } from 'zod';
import { ProblemError } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

const eventSchema = z.object({
  type: z.string().min(1).max(128),
  // Not validated further: handlers parse what they use.
  data: z.custom<Record<string, unknown>>(isObject),
  timestamp: z.unknown().optional(),
});

/** A verified delivery. `data` is not validated. */
export interface Delivery {
  /** `svix-id`. */
  id: string;
  type: string;
  data: Record<string, unknown>;
  /** The event as signed, JSON. */
  json: string;
  /** When the event happened, ms since the epoch; undefined when unknown. */
  occurredAt?: number | undefined;
}

/** Smaller numbers are seconds: as milliseconds they would be before 1974. */
const FIRST_IN_MS = 1e11;

/** The tolerance of Svix's own libraries. */
const TOLERANCE_SECONDS = 300;

interface SvixHeaders extends Record<string, string> {
  'svix-id': string;
  'svix-timestamp': string;
  'svix-signature': string;
}
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Verifies the raw bytes of a request with the configured secrets. */
@Injectable()
export class SvixVerifier {
  private readonly secrets: readonly Webhook[];

  constructor(@Inject(CONFIG) { clerk }: Config) {
    this.secrets = clerk.webhookSecrets.map((secret) => new Webhook(secret));
  }

  /** @throws ProblemError `missing_svix_headers`, `invalid_signature`; `validation_failed`: it is no event */
  verify(body: Buffer, headers: Headers): Delivery {
    const svixHeaders = readSvixHeaders(headers);
    if (!this.secrets.some((secret) => isSignedBy(secret, body, svixHeaders))) {
      throw new ProblemError('invalid_signature', 'Invalid signature');
    }
    return { id: svixHeaders['svix-id'], ...parse(body) };
  }
}

/**
 * Reads the headers of a delivery, and checks what can be checked without its body.
 * @throws ProblemError `missing_svix_headers`, `invalid_signature`
 */
export function readSvixHeaders(headers: Headers): SvixHeaders {
  // Only these: the library also accepts `webhook-*`.
  const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = headers;
  if (!id || !timestamp || !signature) throw new ProblemError('missing_svix_headers', 'Missing svix headers');
  const svixHeaders = {
    'svix-id': String(id),
    'svix-timestamp': String(timestamp),
    'svix-signature': String(signature),
  };
  const secondsOff = Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp));
  // `1700000000junk` would pass the library's parseInt.
  const plausible =
    /^\d{1,12}$/.test(svixHeaders['svix-timestamp']) &&
    secondsOff <= TOLERANCE_SECONDS &&
    svixHeaders['svix-id'].length <= 256;
  if (!plausible) throw new ProblemError('invalid_signature', 'Invalid signature');
  return svixHeaders;
}

function isSignedBy(secret: Webhook, body: Buffer, headers: SvixHeaders): boolean {
  try {
    secret.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/**
 * The signature is computed over text: different bytes that are not UTF-8 can share a signature, so they
 * are refused.
 */
function parse(body: Buffer): Omit<Delivery, 'id'> {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const { type, data, timestamp } = eventSchema.parse(JSON.parse(json));
    return { type, data, json, occurredAt: millisecondsOf(timestamp) };
  } catch {
    throw new ProblemError(
      'validation_failed',
      'The signed body is not an event: a JSON object with type and data.',
    );
  }
}

function millisecondsOf(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'number' || !(timestamp > 0)) return undefined;
  return timestamp < FIRST_IN_MS ? timestamp * 1000 : timestamp;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

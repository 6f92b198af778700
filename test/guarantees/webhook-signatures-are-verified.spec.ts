import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Webhook } from 'svix';
import { ProblemError } from '../../src/common/problem.js';
import { CONFIG } from '../../src/config/config.module.js';
import { type Delivery, readSvixHeaders, SvixVerifier } from '../../src/clerk/svix.js';
import { skewClock, stopClock } from '../support/clock.js';

const NOW = 1_700_000_000;
const secret = (byte: number) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;
const CURRENT = new Webhook(secret(1));
const NEXT = new Webhook(secret(2));
const FOREIGN = new Webhook(secret(3));
const EVENT = { type: 'user.created', data: { id: 'user_1' } };

let verifier: SvixVerifier;
beforeAll(async () => {
  const config = { clerk: { webhookSecrets: [secret(1), secret(2)] } };
  const module = await Test.createTestingModule({
    providers: [SvixVerifier, { provide: CONFIG, useValue: config }],
  }).compile();
  verifier = module.get(SvixVerifier);
  // The moment that the deliveries name.
  stopClock(NOW * 1000 + 999);
});
afterAll(() => {
  skewClock(0);
});

/** The headers of a body as Svix's own library signs it. */
function signed(body: Buffer, { by = CURRENT, id = 'msg_1', at = NOW } = {}) {
  return {
    'svix-id': id,
    'svix-timestamp': String(at),
    'svix-signature': by.sign(id, new Date(at * 1000), body.toString()),
  };
}

/** The result of a call, or the code and detail of its error. */
function outcomeOf<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    return error instanceof ProblemError ? `${error.code}: ${error.message}` : String(error);
  }
}

const MISSING = 'missing_svix_headers: Missing svix headers';
const WRONG = 'invalid_signature: Invalid signature';
const NO_EVENT = 'validation_failed: The signed body is not an event: a JSON object with type and data.';

function deliver(event: unknown, options: Parameters<typeof signed>[1] = {}): Delivery | string {
  const body = Buffer.isBuffer(event)
    ? event
    : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  return outcomeOf(() => verifier.verify(body, signed(body, options)));
}

describe('the headers of a delivery', () => {
  const headers = signed(Buffer.from('{}'));
  const read = (change: object) => outcomeOf(() => readSvixHeaders({ ...headers, ...change }));

  it('are returned unchanged, without other headers', () => {
    expect(read({ 'webhook-id': 'other', cookie: 'x' })).toEqual(headers);
  });

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('%s is required', (name) => {
    expect(read({ [name]: undefined })).toBe(MISSING);
    expect(read({ [name]: '' })).toBe(MISSING);
  });

  it('name a time at most five minutes off', () => {
    for (const off of [-300, 300])
      expect(read({ 'svix-timestamp': String(NOW + off) })).toBeInstanceOf(Object);
    for (const off of [-301, 301]) expect(read({ 'svix-timestamp': String(NOW + off) })).toBe(WRONG);
  });

  it.each([`+${NOW}`, `${NOW}.0`, `${NOW}e0`, '17e8', '0x6553F100', `000${NOW}`, `${NOW}junk`, 'now'])(
    'name a time as whole seconds: %s is refused',
    (timestamp) => {
      expect(read({ 'svix-timestamp': timestamp })).toBe(WRONG);
    },
  );

  it('have an id of at most 256 characters', () => {
    expect(read({ 'svix-id': 'm'.repeat(256) })).toBeInstanceOf(Object);
    expect(read({ 'svix-id': 'm'.repeat(257) })).toBe(WRONG);
  });
});

describe('a delivery', () => {
  it('is read when any of the secrets signed it', () => {
    const json = JSON.stringify(EVENT);
    const delivery = { id: 'msg_7', ...EVENT, json, occurredAt: undefined };
    expect(deliver(EVENT, { id: 'msg_7', by: CURRENT })).toEqual(delivery);
    expect(deliver(EVENT, { id: 'msg_7', by: NEXT })).toEqual(delivery);
  });

  it('is refused when another secret signed it, or other bytes or another id were signed', () => {
    const body = Buffer.from(JSON.stringify(EVENT));
    expect(deliver(EVENT, { by: FOREIGN })).toBe(WRONG);
    expect(outcomeOf(() => verifier.verify(Buffer.from(`${String(body)} `), signed(body)))).toBe(WRONG);
    expect(outcomeOf(() => verifier.verify(body, { ...signed(body), 'svix-id': 'msg_2' }))).toBe(WRONG);
  });

  it('is refused for its headers first', () => {
    expect(outcomeOf(() => verifier.verify(Buffer.from('{}'), {}))).toBe(MISSING);
    expect(deliver(EVENT, { at: NOW - 301 })).toBe(WRONG);
  });

  it.each([
    ['seconds', NOW - 5, (NOW - 5) * 1000],
    ['milliseconds', NOW * 1000 - 5000, NOW * 1000 - 5000],
    ['the last moment in seconds', 1e11 - 1, (1e11 - 1) * 1000],
    ['the first moment in milliseconds', 1e11, 1e11],
    ['the smallest number', 1, 1000],
    ['zero', 0, undefined],
    ['a negative number', -1, undefined],
    ['a text', '1700000000', undefined],
    ['null', null, undefined],
  ])('gives the time of the event in %s', (_what, timestamp, occurredAt) => {
    expect(deliver({ ...EVENT, timestamp })).toMatchObject({ ...EVENT, occurredAt });
  });

  it.each([
    ['the shortest type', { type: 'x', data: {} }],
    ['the longest type', { type: 'x'.repeat(128), data: {} }],
    ['data of any shape', { type: 'x', data: { a: [null, { b: 'ä' }], __proto__x: 1 } }],
  ])('is read with %s', (_what, event) => {
    expect(deliver(event)).toMatchObject(event);
  });

  it.each([
    ['no JSON', '{"type":"x","data":{}'],
    ['nothing', ''],
    ['null', 'null'],
    ['an array', [EVENT]],
    ['no type', { data: {} }],
    ['an empty type', { type: '', data: {} }],
    ['a type that is too long', { type: 'x'.repeat(129), data: {} }],
    ['a type that is a number', { type: 7, data: {} }],
    ['no data', { type: 'x' }],
    ['data that is null', { type: 'x', data: null }],
    ['data that is a text', { type: 'x', data: 'user_1' }],
    ['data that is an array', { type: 'x', data: [] }],
    ['bytes that are not UTF-8', Buffer.from('{"type":"x","data":{"name":"\xff"}}', 'latin1')],
  ])('that is signed but holds %s is not an event', (_what, body) => {
    expect(deliver(body)).toBe(NO_EVENT);
  });
});

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNHANDLED_EVENT_TYPE } from '../support/events.js';
import { metricOf } from '../support/metrics.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

/** `{"<name>":"caf…"}` with these bytes at the end of the text. */
const holding = (name: string, bytes: number[]) =>
  Buffer.concat([Buffer.from(`{"${name}":"caf`), Buffer.from(bytes), Buffer.from('"}')]);
const NOT_UTF8: [name: string, bytes: number[]][] = [
  ['Latin 1', [0xe9]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an overlong NUL', [0xc0, 0x80]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a pair of surrogates (CESU-8)', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['cut off', [0xe2, 0x82]],
  ['a lone continuation', [0x80]],
];

let api: TestApp;
let ann: Person;
beforeAll(async () => {
  api = await startTestApp();
  ann = await api.join();
});
afterAll(() => api.close());

const patch = (body: Buffer | string, type = 'application/json') =>
  ann.request('PATCH', '/users/me', { body, headers: { 'content-type': type } });

describe('a body that is not UTF-8', () => {
  it.each(NOT_UTF8)('%s: 400, and nothing is stored', async (_name, bytes) => {
    const before = await ann.get('/users/me');
    const { status, body } = await patch(holding('bio', bytes));
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ code: 'validation_failed', detail: 'The body is not UTF-8.' }),
    ]);
    const note = { body: holding('note', bytes), headers: { 'content-type': 'application/json' } };
    expect(await ann.problem('PUT', '/users/me/wishlist/JP', note)).toBe('400 validation_failed');
    expect(await ann.problem('POST', '/nothing', note)).toBe('404 not_found');
    expect(await ann.get('/users/me')).toEqual(before);
  });

  it.each([
    ['UTF-16, big end first', Buffer.from('{"bio":"x"}', 'utf16le').swap16()],
    ['UTF-16, little end first', Buffer.from('{"bio":"x"}', 'utf16le')],
  ])('%s: 400', async (_name, body) => {
    expect((await patch(body)).status).toBe(400);
  });
});

describe('the charset of a body', () => {
  it.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('%s is accepted', async (charset) => {
    expect((await patch('{"bio":"café"}', `application/json; charset=${charset}`)).status).toBe(200);
    expect(await ann.get('/users/me')).toMatchObject({ bio: 'café' });
  });

  it.each(['latin1', 'iso-8859-1', 'utf-16', '"utf-16le"', 'windows-1252', 'utf-7', 'x'])(
    '%s is 415, even where the bytes are the same',
    async (charset) => {
      const { status, body } = await patch('{"bio":"x"}', `application/json;charset=${charset}`);
      expect([status, body]).toEqual([415, expect.objectContaining({ code: 'unsupported_media_type' })]);
      expect(await ann.get('/users/me')).not.toMatchObject({ bio: 'x' });
    },
  );
});

describe('text with half a surrogate pair', () => {
  it.each(['bio', 'firstName', 'lastName', 'username'])('as an escape, in %s: 400', async (name) => {
    for (const half of [String.raw`\ud800`, String.raw`x\udc00x`, String.raw`\udc00\ud800`])
      expect((await patch(`{"${name}":"${half}"}`)).status).toBe(400);
  });

  it('in a note, or in the name of a member: 400', async () => {
    const put = (body: string) => ann.problem('PUT', '/users/me/wishlist/JP', { body });
    expect(await put(String.raw`{"note":"\ud800"}`)).toBe('400 validation_failed');
    expect(await put(String.raw`{"no\ud800te":"x"}`)).toBe('400 validation_failed');
  });

  it('a whole pair is an emoji, and a byte order mark is removed', async () => {
    expect((await patch(`\ufeff${String.raw`{"bio":"\ud83d\ude00"}`}`)).status).toBe(200);
    expect(await ann.get('/users/me')).toMatchObject({ bio: '😀' });
  });
});

describe('a webhook that is not UTF-8', () => {
  const events = () => api.db.collection('webhookEvents').countDocuments();
  const outcome = async (name: string) =>
    Number(await metricOf(api.anonymous.url, `webhook_deliveries_total{type="unknown",outcome="${name}"}`));
  const secret = () => Buffer.from(api.clerk.webhookSecret.replace('whsec_', ''), 'base64');
  /** @param signed the bytes, or the text with replacement characters, which Svix's libraries sign */
  const deliver = (body: Buffer, signed: Buffer | string) => {
    const id = `msg_${String(Math.random()).slice(2)}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret()).update(`${id}.${timestamp}.`).update(signed);
    return api.anonymous.problem('POST', '/webhooks/clerk', {
      body,
      headers: {
        'svix-id': id,
        'svix-timestamp': timestamp,
        'svix-signature': `v1,${signature.digest('base64')}`,
      },
    });
  };

  it.each(NOT_UTF8)('%s: 400 for both signatures, counted, and nothing is recorded', async (_name, bytes) => {
    const body = Buffer.concat([
      Buffer.from(`{"type":"${UNHANDLED_EVENT_TYPE}","data":{"name":"`),
      Buffer.from(bytes),
      Buffer.from('"}}'),
    ]);
    const [before, malformed, refused] = [
      await events(),
      await outcome('malformed'),
      await outcome('refused'),
    ];
    expect(await deliver(body, body.toString())).toBe('400 validation_failed');
    expect(await deliver(body, body)).toBe('400 invalid_signature');
    expect(await events()).toBe(before);
    expect([await outcome('malformed'), await outcome('refused')]).toEqual([malformed + 1, refused + 1]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger, type RawBodyRequest } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Webhook } from 'svix';
import { Metrics } from '../../src/common/observability/metrics.js';
import { PROBLEMS, ProblemError } from '../../src/common/problem.js';
import { RateLimits } from '../../src/common/http/rate-limits.js';
import { CONFIG } from '../../src/config/config.module.js';
import { type Delivery, SvixVerifier } from '../../src/clerk/svix.js';
import { WebhookGate } from '../../src/webhooks/webhook-gate.js';
import { WebhooksController } from '../../src/webhooks/webhooks.controller.js';
import { WebhooksService } from '../../src/webhooks/webhooks.service.js';
import { stub } from '../support/stub.js';

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const MAX = 3;
const USUAL_BYTES = 64 * 1024;

/** The gate and the controller on HTTP, with a service that only collects deliveries. */
interface Receiver {
  app: FastifyInstance;
  received: Delivery[];
  metrics: Metrics;
  errors: unknown[];
}

const receivers: Receiver[] = [];
afterEach(async () => {
  Logger.overrideLogger(true);
  for (const { app } of receivers.splice(0)) await app.close();
});

async function startReceiver(): Promise<Receiver> {
  const config = { rateLimit: { max: MAX, windowMs: 60_000 }, clerk: { webhookSecrets: [SECRET] } };
  const errors: unknown[] = [];
  const received: Delivery[] = [];
  const receive = (delivery: Delivery) => Promise.resolve(void received.push(delivery));
  const module = await Test.createTestingModule({
    controllers: [WebhooksController],
    providers: [
      SvixVerifier,
      WebhookGate,
      RateLimits,
      Metrics,
      stub(WebhooksService, { receive }),
      { provide: CONFIG, useValue: config },
    ],
  })
    .setLogger({ log: () => undefined, warn: () => undefined, error: (line) => errors.push(line) })
    .compile();
  const metrics = module.get(Metrics);
  const gate = module.get(WebhookGate);
  const controller = module.get(WebhooksController);

  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    (request as RawBodyRequest<FastifyRequest>).rawBody = body as Buffer;
    done(null, body);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof ProblemError)) throw error;
    return reply.code(PROBLEMS[error.code].status).send({ code: error.code });
  });
  app.post('/', { onRequest: (request) => gate.admit(request) }, (request) => controller.receive(request));
  const receiver = { app, received, metrics, errors };
  receivers.push(receiver);
  return receiver;
}

interface Sending {
  from?: string;
  body?: string;
  headers?: Record<string, string | undefined>;
}

/** The answer to a delivery that Clerk signed, changed by `headers`. */
async function answerTo({ app }: Receiver, { from = '192.0.2.1', body = EVENT, headers = {} }: Sending) {
  const now = new Date();
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'svix-id': 'msg_1',
    'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
    'svix-signature': new Webhook(SECRET).sign('msg_1', now, body),
    ...headers,
  };
  const { statusCode, json } = await app.inject({
    method: 'POST',
    url: '/',
    remoteAddress: from,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    body,
  });
  const { code, ...rest } = json<{ code?: string }>();
  return `${statusCode} ${code ?? JSON.stringify(rest)}`;
}

const EVENT = JSON.stringify({ type: 'user.created', data: {} });
const LARGE = JSON.stringify({ type: 'user.created', data: { text: 'x'.repeat(USUAL_BYTES) } });
/** Refused by its headers, by its signature. */
const IMPLAUSIBLE = { headers: { 'svix-id': undefined } };
const FORGED = { headers: { 'svix-signature': 'v1,forged' } };
const TAKEN = '200 {"received":true}';

async function deliveries({ metrics }: Receiver): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith('webhook_deliveries_total{'));
}

describe('a delivery', () => {
  it('that is signed reaches the service', async () => {
    const receiver = await startReceiver();
    expect(await answerTo(receiver, {})).toBe(TAKEN);
    expect(receiver.received).toEqual([
      { id: 'msg_1', type: 'user.created', data: {}, json: EVENT, occurredAt: undefined },
    ]);
    expect(await deliveries(receiver)).toEqual([]);
    expect(receiver.errors).toEqual([]);
  });

  it('without its headers is 400 and counted', async () => {
    const receiver = await startReceiver();
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('400 missing_svix_headers');
    expect(await answerTo(receiver, { headers: { 'svix-timestamp': '1' } })).toBe('400 invalid_signature');
    expect(receiver.received).toEqual([]);
    expect(await deliveries(receiver)).toEqual([
      'webhook_deliveries_total{type="unknown",outcome="refused"} 2',
    ]);
  });

  it('with a wrong signature is 400, counted, and not logged as an error: anyone can send it', async () => {
    const receiver = await startReceiver();
    expect(await answerTo(receiver, FORGED)).toBe('400 invalid_signature');
    expect(receiver.received).toEqual([]);
    expect(await deliveries(receiver)).toEqual([
      'webhook_deliveries_total{type="unknown",outcome="refused"} 1',
    ]);
    expect(receiver.errors).toEqual([]);
  });

  it('that is signed but not an event is 400, counted, and an error in the log: it is lost', async () => {
    const receiver = await startReceiver();
    for (let times = 0; times <= MAX; times++)
      expect(await answerTo(receiver, { body: 'null' })).toBe('400 validation_failed');
    expect(receiver.received).toEqual([]);
    expect(await deliveries(receiver)).toEqual([
      `webhook_deliveries_total{type="unknown",outcome="malformed"} ${MAX + 1}`,
    ]);
    expect(receiver.errors).toContainEqual({ msg: 'signed webhook is no event', svixId: 'msg_1' });
    // Mistakes of Clerk don't spend the budget of its address.
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('400 missing_svix_headers');
  });

  it('without a body is treated like one with an empty body', async () => {
    const receiver = await startReceiver();
    const headers = { 'content-type': undefined };
    expect(await answerTo(receiver, { body: '', headers })).toBe('400 validation_failed');
  });
});

describe('an address with too many refused deliveries', () => {
  /** Spends an address's budget for refused deliveries. */
  async function exhaust(receiver: Receiver, sending: Sending): Promise<void> {
    for (let times = 0; times < MAX; times++) expect(await answerTo(receiver, sending)).toMatch(/^400 /);
  }
  const large = { body: LARGE };
  const chunked = { headers: { 'transfer-encoding': 'chunked' } };

  it.each([
    ['by their headers', IMPLAUSIBLE],
    ['by their signatures', FORGED],
  ])('%s gets 429 for the next implausible one; another address does not', async (_how, sending) => {
    const receiver = await startReceiver();
    await exhaust(receiver, sending);
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('429 rate_limited');
    expect(await answerTo(receiver, { ...IMPLAUSIBLE, from: '192.0.2.2' })).toBe('400 missing_svix_headers');
  });

  it('still delivers bodies of the usual size', async () => {
    const receiver = await startReceiver();
    await exhaust(receiver, IMPLAUSIBLE);
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('429 rate_limited');
    const body = EVENT.padEnd(USUAL_BYTES);
    expect(await answerTo(receiver, { body })).toBe(TAKEN);
    expect(await answerTo(receiver, { body: '', headers: { 'content-length': undefined } })).toBe(
      '400 validation_failed',
    );
  });

  it.each([
    ['larger than usual', { body: EVENT.padEnd(USUAL_BYTES + 1) }],
    ['of unknown length', chunked],
  ])('gets 429 for a body that is %s', async (_what, sending) => {
    const receiver = await startReceiver();
    await exhaust(receiver, FORGED);
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('429 rate_limited');
    expect(await answerTo(receiver, sending)).toBe('429 rate_limited');
    expect(await answerTo(receiver, { ...sending, from: '192.0.2.2' })).toBe(TAKEN);
  });

  it('delivers bodies of any size after a signed delivery from it', async () => {
    const receiver = await startReceiver();
    await exhaust(receiver, FORGED);
    expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('429 rate_limited');
    expect(await answerTo(receiver, large)).toBe('429 rate_limited');
    expect(await answerTo(receiver, {})).toBe(TAKEN);
    expect(await answerTo(receiver, large)).toBe(TAKEN);
    expect(await answerTo(receiver, chunked)).toBe(TAKEN);
  });
});

it('large deliveries are not counted: an address of Svix may send any number', async () => {
  const receiver = await startReceiver();
  // Signed, but not an event: the address is not known to deliver yet.
  const body = 'x'.repeat(USUAL_BYTES + 1);
  for (let times = 0; times < 2 * MAX; times++)
    expect(await answerTo(receiver, { body })).toBe('400 validation_failed');
  expect(await answerTo(receiver, IMPLAUSIBLE)).toBe('400 missing_svix_headers');
});

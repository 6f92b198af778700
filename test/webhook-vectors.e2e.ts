import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { snapshot } from './support/snapshot.js';
import { startTestApp, type TestApp } from './support/test-app.js';
import { readVector } from './support/vectors.js';

interface Example {
  event: string;
  payload: { type: string; data: object };
}
interface KnownAnswer {
  name: string;
  secret: string;
  id: string;
  timestamp: number;
  body?: string;
  bodyRepeat?: { char: string; count: number };
  signature: string;
}
interface KnownAnswers {
  symmetric: KnownAnswer[];
  asymmetric_v1a_must_be_ignored_or_rejected_by_a_v1_only_receiver: (Omit<KnownAnswer, 'secret'> & {
    body: string;
  })[];
  decoy_signatures_valid_shape_never_valid: string[];
}

const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

const examples = (readVector('clerk-webhooks/examples.json') ?? []) as Example[];
const answers = readVector('webhook-known-answers/known-answers.json') as KnownAnswers | undefined;

describe("Clerk's example events, signed", () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp();
  });
  afterAll(() => api.close());

  it('are answered with 2xx, all of them, and leave no trace but rows in the ledger and tombstones without data', async () => {
    await api.join();
    const before = await snapshot(api.db);
    for (const { payload } of examples) {
      expect([payload.type, (await api.clerk.deliverWebhook(payload)).status]).toEqual([payload.type, 200]);
    }
    const { webhookEvents, webhookDeadLetters, deletedUsers, ...after } = await snapshot(api.db);
    expect(after).toEqual(
      expect.objectContaining({ users: before['users'], wishlists: before['wishlists'] }),
    );
    expect(webhookEvents).toHaveLength(examples.length);
    expect(webhookDeadLetters).toEqual([]);
    for (const tombstone of deletedUsers ?? []) {
      expect(Object.keys(tombstone as object).sort()).toEqual(['_id', 'deletedAt', 'reason', 'subjectHash']);
    }
  });
});

describe('known answers, at the moment they were signed for', () => {
  afterAll(() => {
    jest.useRealTimers();
  });

  async function statusAndDetail(
    api: TestApp,
    vector: Omit<KnownAnswer, 'secret'>,
    signature = vector.signature,
  ) {
    const { bodyRepeat } = vector;
    const body = vector.body ?? bodyRepeat?.char.repeat(bodyRepeat.count) ?? '';
    const { status, body: problem } = await api.anonymous.request('POST', '/webhooks/clerk', {
      body,
      headers: {
        'svix-id': vector.id,
        'svix-timestamp': String(vector.timestamp),
        'svix-signature': signature,
      },
    });
    return `${status} ${String((problem as { code?: unknown }).code)}`;
  }

  it.each(answers?.symmetric.map((vector) => [vector.name, vector] as const) ?? [])(
    '%s',
    async (_name, vector) => {
      const api = await startTestApp({ CLERK_WEBHOOK_SIGNING_SECRET: vector.secret });
      const at = (seconds: number) => {
        // Only the clock is stopped; timers and sockets go on.
        jest.useFakeTimers({ now: (vector.timestamp + seconds) * 1000, doNotFake: [...TIMERS] });
      };
      // None of the bodies is an event: past the signature, each is refused for what it is.
      const accepted = '400 validation_failed';
      const refused = '400 invalid_signature';
      at(0);
      expect(await statusAndDetail(api, vector)).toBe(accepted);
      const decoys = answers?.decoy_signatures_valid_shape_never_valid ?? [];
      for (const decoy of decoys) expect(await statusAndDetail(api, vector, decoy)).toBe(refused);
      expect(await statusAndDetail(api, vector, [...decoys, vector.signature].join(' '))).toBe(accepted);
      expect(await statusAndDetail(api, vector, decoys.join(' '))).toBe(refused);
      for (const asymmetric of answers?.asymmetric_v1a_must_be_ignored_or_rejected_by_a_v1_only_receiver ??
        []) {
        expect(await statusAndDetail(api, vector, asymmetric.signature)).toBe(refused);
      }
      for (const seconds of [-300, 300]) {
        at(seconds);
        expect(await statusAndDetail(api, vector)).toBe(accepted);
      }
      for (const seconds of [-301, 301]) {
        at(seconds);
        expect(await statusAndDetail(api, vector)).toBe(refused);
      }
      jest.useRealTimers();
      await api.close();
    },
  );
});

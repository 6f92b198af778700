import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { skewClock, stopClock } from '../support/clock.js';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { describeVector } from '../support/vectors.js';

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

describeVector("Clerk's example events, signed", 'clerk-webhooks/examples.json', (vector) => {
  const examples = vector as Example[];
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp();
  });
  afterAll(() => api.close());

  it('are all answered with 2xx, and leave only rows in the ledger and tombstones without data', async () => {
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

const KNOWN_ANSWERS = 'webhook-known-answers/known-answers.json';
describeVector('known answers, at the time of their signatures', KNOWN_ANSWERS, (file) => {
  const {
    symmetric,
    asymmetric_v1a_must_be_ignored_or_rejected_by_a_v1_only_receiver: asymmetrics,
    decoy_signatures_valid_shape_never_valid: decoys,
  } = file as KnownAnswers;
  afterAll(() => {
    skewClock(0);
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

  it.each(symmetric.map((vector) => [vector.name, vector] as const))('%s', async (_name, vector) => {
    const api = await startTestApp({ CLERK_WEBHOOK_SIGNING_SECRET: vector.secret });
    const at = (seconds: number) => {
      stopClock((vector.timestamp + seconds) * 1000);
    };
    // None of the bodies is an event: with a valid signature, each is refused by validation.
    const accepted = '400 validation_failed';
    const refused = '400 invalid_signature';
    at(0);
    expect(await statusAndDetail(api, vector)).toBe(accepted);
    for (const decoy of decoys) expect(await statusAndDetail(api, vector, decoy)).toBe(refused);
    expect(await statusAndDetail(api, vector, [...decoys, vector.signature].join(' '))).toBe(accepted);
    expect(await statusAndDetail(api, vector, decoys.join(' '))).toBe(refused);
    for (const { signature } of asymmetrics) {
      expect(await statusAndDetail(api, vector, signature)).toBe(refused);
    }
    for (const seconds of [-300, 300]) {
      at(seconds);
      expect(await statusAndDetail(api, vector)).toBe(accepted);
    }
    for (const seconds of [-301, 301]) {
      at(seconds);
      expect(await statusAndDetail(api, vector)).toBe(refused);
    }
    skewClock(0);
    await api.close();
  });
});

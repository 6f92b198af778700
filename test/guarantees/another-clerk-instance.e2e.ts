import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReconcilerService } from '../../src/reconciler/reconciler.service.js';
import { snapshot } from '../support/snapshot.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const UNAVAILABLE = '503 dependency_unavailable';
const OURS = { _id: 'ours' as never };

/** The service as it should be. */
let ours: TestApp;
/** The same, over the same database, with the `CLERK_SECRET_KEY` of another Clerk instance. */
let wrong: TestApp;
let ann: Joined;
let logs: string;

beforeEach(async () => {
  ours = await startTestApp();
  ann = await ours.join();
});
afterEach(async () => {
  await wrong.app.close();
  await wrong.clerk.close();
  await wrong.db.close();
  await ours.close();
});

/** Stops the service and starts it with the wrong key; tokens and deliveries stay those of our instance. */
async function takeWrongKey(environment: Record<string, string> = {}): Promise<void> {
  await ours.app.close();
  logs = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs += chunk.toString();
      done();
    },
  });
  wrong = await startTestApp(
    {
      MONGODB_URI: ours.config.mongodbUri,
      CLERK_ISSUER: ours.clerk.issuer,
      CLERK_JWT_KEY: ours.clerk.jwtKey,
      CLERK_WEBHOOK_SIGNING_SECRET: ours.clerk.webhookSecret,
      LOG_LEVEL: 'error',
      ...environment,
    },
    sink,
  );
  ours.clerk.setWebhookUrl(`${wrong.anonymous.url}/api/v2/webhooks/clerk`);
}

const gauge = async ({ anonymous }: TestApp) =>
  /^clerk_instance_proven (\d)$/m.exec(String((await anonymous.request('GET', '//metrics')).body))?.[1];

describe('the key of another instance', () => {
  it("makes no first request account_deleted, and no event of ours is 'ignored'", async () => {
    const late = await ours.signUp();
    await takeWrongKey();
    const before = await snapshot(ours.db);
    expect(await wrong.withToken(late.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    const user = ours.clerk.getUser(late.clerkId);
    for (const event of [
      { type: 'user.created', data: user ?? {} },
      { type: 'session.ended', data: { id: 'sess_1', user_id: late.clerkId } },
      { type: 'paymentAttempt.updated', data: paymentOf(late.clerkId) },
    ])
      expect((await ours.clerk.deliverWebhook(event)).status).toBe(503);
    expect(await snapshot(ours.db)).toEqual(before);
    expect(await gauge(wrong)).toBe('0');
    expect(logs).toContain('ALERT: CLERK_SECRET_KEY is of another Clerk instance');
  });

  it('changes no name, and serves the users that are known', async () => {
    await takeWrongKey();
    const as = wrong.withToken(ann.token);
    expect(await as.problem('PATCH', '/users/me', { body: { firstName: 'New' } })).toBe(UNAVAILABLE);
    await as.get('/users/me');
  });

  it('completes no deletion: it goes on with the right key', async () => {
    await takeWrongKey();
    await wrong.withToken(ann.token).call(202, 'DELETE', '/users/me');
    while (wrong.clerk.requestCount('DELETE', `/v1/users/${ann.clerkId}`) === 0)
      await new Promise(setImmediate);
    await wrong.app.close();
    const deletion = await ours.db.collection('deletions').findOne({ clerkId: ann.clerkId });
    expect(deletion).toMatchObject({ completedAt: null });
    expect(deletion?.['done']).not.toHaveProperty('clerk');
    expect(ours.clerk.getUser(ann.clerkId)).toBeDefined();

    // As a job would, at its next turn.
    await ours.db.collection('deletionJobs').updateMany({}, { $set: { nextRunAt: new Date(0) } });
    const right = await startTestApp({
      MONGODB_URI: ours.config.mongodbUri,
      CLERK_SECRET_KEY: ours.clerk.secretKey,
      CLERK_API_URL: ours.clerk.url,
      CLERK_ISSUER: ours.clerk.issuer,
    });
    await ours.deletionOf(ann);
    expect(ours.clerk.getUser(ann.clerkId)).toBeUndefined();
    await right.app.close();
    await right.clerk.close();
    await right.db.close();
  });

  it('deletes not the only user of a small service, nor makes users of the other instance', async () => {
    await takeWrongKey();
    await wrong.clerk.createUser({}, { webhook: false });
    const before = await snapshot(ours.db);
    for (const dryRun of [true, false]) {
      await expect(wrong.app.get(ReconcilerService).reconcile({ dryRun })).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
    }
    const { locks: _, ...after } = await snapshot(ours.db);
    const { locks: __, ...expected } = before;
    expect(after).toEqual(expected);
  });

  it('makes no token of ours bad: its JWKS is of the other instance', async () => {
    await takeWrongKey({ CLERK_JWT_KEY: '' });
    expect(await wrong.withToken(ann.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
  });

  it('is not believed either where Clerk tells no instance', async () => {
    const late = await ours.signUp();
    await ours.db.collection('clerkInstances').deleteMany({});
    await takeWrongKey();
    wrong.clerk.fail({ path: /instance/, mode: 'status', status: 500 });
    expect(await wrong.withToken(late.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    expect(logs).toContain('ALERT: CLERK_SECRET_KEY is not known');
  });

  it('is not taken at the first start over users that it does not know', async () => {
    const late = await ours.signUp();
    await ours.db.collection('clerkInstances').deleteMany({});
    await takeWrongKey();
    expect(await wrong.withToken(late.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    expect(await ours.db.collection('clerkInstances').countDocuments()).toBe(0);
  });

  it('is taken on purpose: by removing the instance that is kept, once the users are those of the other', async () => {
    await takeWrongKey();
    const moved = await wrong.clerk.createUser({}, { webhook: false });
    await ours.db.collection('users').updateMany({}, { $set: { clerkId: moved.id } });
    await ours.db.collection('clerkInstances').deleteOne(OURS);
    await wrong.app.close();
    const next = await startTestApp({
      MONGODB_URI: ours.config.mongodbUri,
      CLERK_SECRET_KEY: wrong.clerk.secretKey,
      CLERK_API_URL: wrong.clerk.url,
      CLERK_ISSUER: wrong.clerk.issuer,
    });
    expect(await gauge(next)).toBe('1');
    await next.app.close();
    await next.clerk.close();
    await next.db.close();
  });
});

describe('the right key', () => {
  beforeEach(async () => {
    // Only for the teardown that all share.
    wrong = await startTestApp();
  });

  it('is proven by the instance that the first start kept, once for all', async () => {
    const kept = await ours.db.collection('clerkInstances').findOne(OURS);
    expect(kept).toMatchObject({ instanceId: expect.stringMatching(/^ins_/) });
    expect(await gauge(ours)).toBe('1');
    const before = ours.clerk.requestCount('GET', '/v1/instance');
    for (let index = 0; index < 5; index++) {
      const token = await ours.clerk.mintToken(`user_gone${index}`);
      expect(await ours.withToken(token).problem('GET', '/users/me')).toBe('401 account_deleted');
    }
    expect(ours.clerk.requestCount('GET', '/v1/instance')).toBe(before);
  });

  it('is proven by a key that verified a token here, where Clerk tells no instance', async () => {
    const clock = performance.now.bind(performance);
    // An hour later, what was proven before doesn't count.
    performance.now = () => clock() + 2 * 60 * 60_000;
    try {
      ours.clerk.fail({ path: /instance/, mode: 'html', status: 404 });
      const gone = await Promise.all(
        Array.from({ length: 20 }, (_, index) => ours.clerk.mintToken(`user_gone${index}`)),
      );
      const before = ours.clerk.requestCount('GET', '/v1/instance');
      const answers = await Promise.all(
        gone.map((token) => ours.withToken(token).problem('GET', '/users/me')),
      );
      expect(new Set(answers)).toEqual(new Set(['401 account_deleted']));
      expect(ours.clerk.requestCount('GET', '/v1/instance') - before).toBe(1);
    } finally {
      performance.now = clock;
    }
  });

  it('proves nothing an hour later while Clerk tells neither', async () => {
    const clock = performance.now.bind(performance);
    performance.now = () => clock() + 2 * 60 * 60_000;
    try {
      const token = await ours.clerk.mintToken('user_gone');
      // Known before they are away.
      await ours.withToken(await ours.clerk.mintToken(ann.clerkId)).get('/users/me');
      ours.clerk.fail({ path: /instance|jwks/, mode: 'status', status: 500 });
      expect(await ours.withToken(token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    } finally {
      performance.now = clock;
    }
  });
});

function paymentOf(subject: string): Record<string, unknown> {
  return {
    object: 'commerce_payment_attempt',
    id: 'cpayment_1',
    status: 'paid',
    payer: { user_id: subject },
    totals: { grand_total: { amount: 499, currency: 'USD' } },
    created_at: Date.now(),
    updated_at: Date.now(),
    paid_at: Date.now(),
  };
}

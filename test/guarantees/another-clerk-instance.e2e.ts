import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReconcilerService } from '../../src/reconciler/reconciler.service.js';
import { clerkEnvironment } from '../support/clerk-environment.js';
import { eventually } from '../support/eventually.js';
import { captureLogs, type Logs } from '../support/logs.js';
import { metricOf } from '../support/metrics.js';
import { snapshot } from '../support/snapshot.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const UNAVAILABLE = '503 dependency_unavailable';
const OURS = { _id: 'ours' as never };

/** The service with its own key. */
let ours: TestApp;
/** The same service and database with the `CLERK_SECRET_KEY` of another Clerk instance. */
let wrong: TestApp;
let ann: Joined;
let logs: Logs;

beforeEach(async () => {
  ours = await startTestApp();
  ann = await ours.join();
});
afterEach(async () => {
  await wrong.close({ keepDatabase: true });
  await ours.close();
});

/** Stops the service and starts it with the wrong key; tokens and deliveries stay those of our instance. */
async function takeWrongKey(environment: Record<string, string> = {}): Promise<void> {
  await ours.app.close();
  logs = captureLogs();
  wrong = await startTestApp(
    {
      MONGODB_URI: ours.config.mongodbUri,
      CLERK_ISSUER: ours.clerk.issuer,
      CLERK_JWT_KEY: ours.clerk.jwtKey,
      CLERK_WEBHOOK_SIGNING_SECRET: ours.clerk.webhookSecret,
      LOG_LEVEL: 'error',
      ...environment,
    },
    logs.sink,
  );
  ours.clerk.setWebhookUrl(`${wrong.anonymous.url}/api/v2/webhooks/clerk`);
}

const isProven = async ({ anonymous }: TestApp) =>
  (await metricOf(anonymous.url, 'clerk_instance_proven')) === 1;

describe('the key of another instance', () => {
  it('answers no first request with account_deleted, and ignores no event of ours', async () => {
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
    expect(await isProven(wrong)).toBe(false);
    expect(logs.text()).toContain('ALERT: CLERK_SECRET_KEY is of another Clerk instance');
  });

  it('changes no name, and serves known users', async () => {
    await takeWrongKey();
    const as = wrong.withToken(ann.token);
    expect(await as.problem('PATCH', '/users/me', { body: { firstName: 'New' } })).toBe(UNAVAILABLE);
    await as.get('/users/me');
  });

  it('completes no deletion: it resumes with the right key', async () => {
    await takeWrongKey();
    await wrong.withToken(ann.token).call(202, 'DELETE', '/users/me');
    await eventually(
      'the other Clerk instance is asked to delete the account',
      () => wrong.clerk.requestCount('DELETE', `/v1/users/${ann.clerkId}`) > 0,
    );
    await wrong.app.close();
    const deletion = await ours.db.collection('deletions').findOne({ clerkId: ann.clerkId });
    expect(deletion).toMatchObject({ completedAt: null });
    expect(deletion?.['done']).not.toHaveProperty('clerk');
    expect(ours.clerk.getUser(ann.clerkId)).toBeDefined();

    // The job runs again at once.
    await ours.db.collection('deletionJobs').updateMany({}, { $set: { nextRunAt: new Date(0) } });
    const right = await startTestApp({
      MONGODB_URI: ours.config.mongodbUri,
      ...clerkEnvironment(ours.clerk),
    });
    await ours.deletionOf(ann);
    expect(ours.clerk.getUser(ann.clerkId)).toBeUndefined();
    await right.close({ keepDatabase: true });
  });

  it('does not delete the only user of a small service, and creates no users of the other instance', async () => {
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

  it('refuses no token of ours, although its JWKS belongs to the other instance', async () => {
    await takeWrongKey({ CLERK_JWT_KEY: '' });
    expect(await wrong.withToken(ann.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
  });

  it('proves nothing either when Clerk does not name its instance', async () => {
    const late = await ours.signUp();
    await ours.db.collection('clerkInstances').deleteMany({});
    await takeWrongKey();
    wrong.clerk.fail({ path: /instance/, mode: 'status', status: 500 });
    expect(await wrong.withToken(late.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    expect(logs.text()).toContain('ALERT: CLERK_SECRET_KEY is not known');
  });

  it('is not accepted at the first start on a database whose users it does not know', async () => {
    const late = await ours.signUp();
    await ours.db.collection('clerkInstances').deleteMany({});
    await takeWrongKey();
    expect(await wrong.withToken(late.token).problem('GET', '/users/me')).toBe(UNAVAILABLE);
    expect(await ours.db.collection('clerkInstances').countDocuments()).toBe(0);
  });

  it('is accepted once the stored instance is removed and the users are those of the other instance', async () => {
    await takeWrongKey();
    const moved = await wrong.clerk.createUser({}, { webhook: false });
    await ours.db.collection('users').updateMany({}, { $set: { clerkId: moved.id } });
    await ours.db.collection('clerkInstances').deleteOne(OURS);
    await wrong.app.close();
    const next = await startTestApp({
      MONGODB_URI: ours.config.mongodbUri,
      ...clerkEnvironment(wrong.clerk),
    });
    expect(await isProven(next)).toBe(true);
    await next.close({ keepDatabase: true });
  });
});

describe('the right key', () => {
  beforeEach(async () => {
    // The shared teardown closes it.
    wrong = await startTestApp();
  });

  it('is proven once, by the instance id that the first start stored', async () => {
    const kept = await ours.db.collection('clerkInstances').findOne(OURS);
    expect(kept).toMatchObject({ instanceId: expect.stringMatching(/^ins_/) });
    expect(await isProven(ours)).toBe(true);
    const before = ours.clerk.requestCount('GET', '/v1/instance');
    for (let index = 0; index < 5; index++) {
      const token = await ours.clerk.mintToken(`user_gone${index}`);
      expect(await ours.withToken(token).problem('GET', '/users/me')).toBe('401 account_deleted');
    }
    expect(ours.clerk.requestCount('GET', '/v1/instance')).toBe(before);
  });

  it('is proven by a signing key that has verified a token here, when Clerk does not name its instance', async () => {
    const clock = performance.now.bind(performance);
    // A proof lasts for an hour.
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

  it('proves nothing an hour later while Clerk answers neither question', async () => {
    const clock = performance.now.bind(performance);
    performance.now = () => clock() + 2 * 60 * 60_000;
    try {
      const token = await ours.clerk.mintToken('user_gone');
      // The signing keys are fetched before Clerk is away.
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

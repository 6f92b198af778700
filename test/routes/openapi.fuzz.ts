import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { findPythonProgram } from '../../scripts/python.ts';
import { freshEnvironment, killChildren, startChild } from '../support/child.js';
import { testDatabaseUri } from '../support/mongo.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const VERSION = '4.32.5';
/** The budget of random and linked calls; examples and edge cases have none. */
const SECONDS = process.env['FUZZ_SECONDS'] ?? '240';
const FOLDER = path.resolve(import.meta.dirname, 'schemathesis');

let program: string;
let workplace: string;
let mongo: ReplicaSet;
let api: TestApp;
let admin: Joined;
let buyerId: string;
let ids: Record<string, Record<string, string[]>>;

beforeAll(async () => {
  program = await findPythonProgram('schemathesis', VERSION);
  workplace = await mkdtemp(path.join(tmpdir(), 'roavelo-fuzz-'));
  mongo = await startReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  admin = await api.join({ public_metadata: { role: 'admin' } });
  ids = await createFixtures();
}, 600_000);
afterAll(async () => {
  await killChildren();
  await api.close();
  await mongo.stop();
  await rm(workplace, { recursive: true, force: true });
});

/** Users, a private one, a deleted one, a purchase, a dead letter: random ids would never match them. */
async function createFixtures(): Promise<typeof ids> {
  const people = [await api.join(), await api.join(), await api.join()] as const;
  const [ann, ben, cleo] = people;
  buyerId = ann.id;
  for (const country of ['JP', 'PT', 'XK']) await ann.call(201, 'PUT', `/users/me/wishlist/${country}`);
  await ann.call(200, 'PUT', `/users/me/following/${ben.id}`);
  await ben.call(200, 'PUT', `/users/me/following/${ann.id}`);
  await cleo.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
  const gone = await api.join();
  const { receiptUrl } = await gone.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
  const { _id: archiveId } = await api.deletionOf(gone);
  const purchase = await admin.call<{ id: string }>(201, 'POST', '/admin/purchases', {
    body: { userId: ann.id, item: 'Explorer', amount: 990, currency: 'EUR', reason: 'Fuzzing' },
  });
  await api.clerk.deliverWebhook({ type: 'user.deleted', data: { deleted: true } }, { svixId: 'msg_dead' });

  const userId = people.map(({ id }) => id);
  const byUser = [
    '/api/v2/users/{userId}',
    '/api/v2/users/{userId}/followers',
    '/api/v2/users/{userId}/following',
    '/api/v2/users/{userId}/wishlist',
    '/api/v2/users/me/following/{userId}',
    '/api/v2/users/me/followers/{userId}',
    '/api/v2/users/me/blocks/{userId}',
    '/api/v2/users/me/follow-requests/{userId}',
    '/api/v2/admin/users/{userId}/suspension',
  ].map((route) => [route, { userId }] as const);
  const id = [String(archiveId)];
  return {
    ...Object.fromEntries(byUser),
    '/api/v2/admin/deleted-users/{id}': { id },
    '/api/v2/admin/deleted-users/{id}/purge': { id },
    '/api/v2/admin/deleted-users/{id}/purchases': { id },
    '/api/v2/admin/purchases/{id}/refund': { id: [purchase.id] },
    '/api/v2/admin/webhook-events/{id}/replay': { id: ['msg_dead'] },
    '/api/v2/deletion-receipts/{token}': { token: [receiptUrl.split('/').at(-1) ?? ''] },
  };
}

/** Runs schemathesis, which prints its findings; resolves with its exit code. */
async function fuzz(token: string | null, phases: string, more: string[] = []): Promise<number | null> {
  const { clerk, anonymous } = api;
  const fixtures = {
    token,
    adminId: admin.id,
    buyerId,
    clerk: clerk.url,
    webhookSecret: clerk.webhookSecret,
    ids,
  };
  const args = [
    '--config-file',
    path.join(FOLDER, 'schemathesis.toml'),
    'run',
    `${anonymous.url}/openapi.json`,
  ];
  const child = startChild(program, [...args, '--phases', phases, '--no-color', ...more], {
    // It stores its findings in the working folder, and a run must not depend on an earlier one.
    cwd: workplace,
    env: freshEnvironment({
      FUZZ_FIXTURES: JSON.stringify(fixtures),
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: FOLDER,
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  });
  const { code, stdout, stderr } = await child.exit;
  process.stdout.write(`${stdout.slice(-20_000)}\n${stderr}`);
  return code;
}

it.each(['examples,coverage', 'fuzzing,stateful'])(
  'schemathesis with a token (%s): no 5xx, nothing undocumented, no ignored authentication',
  async (phases) => {
    const budget = phases.includes('fuzzing') ? ['--max-time', SECONDS] : [];
    expect(await fuzz(admin.token, phases, budget)).toBe(0);
    // The admin was not suspended by it.
    await admin.get('/admin/audit-events');
  },
);

it.each(['examples,coverage', 'fuzzing,stateful'])(
  'schemathesis without a token (%s): no 5xx, nothing undocumented, no ignored authentication',
  async (phases) => {
    const budget = phases.includes('fuzzing') ? ['--max-time', SECONDS] : [];
    expect(await fuzz(null, phases, budget)).toBe(0);
  },
);

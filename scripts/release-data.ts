import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { mongo } from 'mongoose';
import { startReplicaSet } from './mongod.ts';
import { freePort } from './port.ts';

/**
 * `node --conditions=development scripts/release-data.ts <commit>`: writes what the code of a commit stores
 * to test/operations/data/release-<commit>.json (EJSON by collection), for the tests of updates. The build
 * of that commit runs on a database of its own and gets requests and webhooks.
 */
const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const NOT_KEPT = new Set([
  // Specific to this run: leases, a private key, the local Clerk's id.
  ...['locks', 'serviceSecrets', 'clerkInstances'],
]);

async function main(commit: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-release-'));
  const mongod = await startReplicaSet();
  const clerk = await startClerkLocal();
  try {
    await build(commit, folder);
    const uri = new URL(mongod.uri);
    uri.pathname = '/release';
    const stop = await start(folder, uri.href, clerk);
    await use(clerk);
    const client = await mongo.MongoClient.connect(uri.href);
    const db = client.db();
    while ((await db.collection('deletions').countDocuments({ completedAt: null })) > 0) await sleep(200);
    await stop();
    const data: Record<string, unknown[]> = {};
    const names = (await db.listCollections().toArray()).map(({ name }) => name).sort();
    for (const name of names.filter((each) => !NOT_KEPT.has(each)))
      data[name] = await db.collection(name).find().sort({ _id: 1 }).toArray();
    await client.close();
    const file = path.join(root, `test/operations/data/release-${commit}.json`);
    await writeFile(file, `${mongo.BSON.EJSON.stringify(data, undefined, 1)}\n`);
  } finally {
    await clerk.close();
    await mongod.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(commit: string, folder: string): Promise<void> {
  const tar = path.join(folder, 'source.tar');
  await run('git', ['archive', '--output', tar, commit], { cwd: root });
  await run('tar', ['-xf', tar], { cwd: folder });
  // The dependencies of that commit.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  await run(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { cwd: folder });
}

let url = '';

/** @returns a function that stops it */
async function start(folder: string, mongodbUri: string, clerk: ClerkLocal): Promise<() => Promise<void>> {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      MONGODB_URI: mongodbUri,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
      CLERK_API_URL: clerk.url,
      DELETION_VERIFY_AFTER_MS: '0',
      RATE_LIMIT_MAX: '0',
      LOG_LEVEL: 'error',
    },
  });
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  while ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok !== true) {
    if (child.exitCode !== null) throw new Error(`The service ended with exit code ${child.exitCode}`);
    await sleep(100);
  }
  clerk.setWebhookUrl(`${url}/api/v2/webhooks/clerk`);
  return async () => {
    child.kill();
    await exit;
  };
}

interface Person {
  id: string;
  clerkId: string;
  ask: (method: string, address: string, body?: object) => Promise<Record<string, unknown>>;
}

async function join(clerk: ClerkLocal, first_name: string, role?: string): Promise<Person> {
  const { id: clerkId } = await clerk.createUser(
    {
      first_name,
      email_address: [`${first_name.toLowerCase()}@example.com`],
      ...(role && { public_metadata: { role } }),
    },
    { webhook: false },
  );
  const token = await clerk.mintToken(clerkId, { expiresInSeconds: 3600 });
  const ask: Person['ask'] = async (method, address, body) => {
    const response = await fetch(`${url}/api/v2${address}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const { id } = await ask('GET', '/users/me');
  return { id: String(id), clerkId, ask };
}

/** Stores a little of everything. */
async function use(clerk: ClerkLocal): Promise<void> {
  const admin = await join(clerk, 'Admin', 'admin');
  const [ann, ben, cleo, dan, eve] = [
    await join(clerk, 'Ann'),
    await join(clerk, 'Ben'),
    await join(clerk, 'Cleo'),
    await join(clerk, 'Dan'),
    await join(clerk, 'Eve'),
  ];
  await ben.ask('PATCH', '/users/me', { visibility: 'private', bio: 'Trains', homeCountry: 'PT' });
  await ann.ask('PUT', '/users/me/wishlist/JP', { note: 'Cherry blossom', priority: 1 });
  await ann.ask('PUT', '/users/me/wishlist/PT');
  for (const each of [ben, cleo, dan]) await ann.ask('PUT', `/users/me/following/${each.id}`);
  await cleo.ask('PUT', `/users/me/following/${ann.id}`);
  await dan.ask('PUT', `/users/me/blocks/${eve.id}`);
  await admin.ask('PUT', `/admin/users/${eve.id}/suspension`, { reason: 'Spam' });
  await admin.ask('DELETE', `/admin/users/${eve.id}/suspension`, { reason: 'Mistake' });
  for (const who of [ann, dan]) {
    const payment = {
      id: `pa_${who.clerkId}`,
      status: 'paid',
      updated_at: Date.now(),
      paid_at: Date.now(),
      payer: { user_id: who.clerkId },
      totals: { grand_total: { amount: 990, currency: 'EUR' } },
    };
    await clerk.deliverWebhook({ type: 'paymentAttempt.updated', data: payment });
    const purchase = { userId: who.id, item: 'Guide', amount: 500, currency: 'EUR', reason: 'Shop' };
    const { id } = await admin.ask('POST', '/admin/purchases', { ...purchase, reference: `shop-${who.id}` });
    await admin.ask('POST', `/admin/purchases/${String(id)}/refund`, { reason: 'Ticket 1' });
  }
  await clerk.deliverWebhook({ type: 'user.deleted', data: { deleted: true } });
  await dan.ask('DELETE', '/users/me');
  await admin.ask('DELETE', `/admin/users/${eve.id}`, { reason: 'policy_violation', notes: 'Spam' });
}

const [commit] = process.argv.slice(2);
if (commit === undefined)
  throw new Error('Usage: node --conditions=development scripts/release-data.ts <commit>');
await main(commit);

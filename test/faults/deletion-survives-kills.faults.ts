import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection, Types } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { type Child, killChildren } from '../support/child.js';
import { type CommandProxy, startCommandProxy, type Strike } from '../support/command-proxy.js';
import { completedDeletion } from '../support/completed-deletion.js';
import { userDeletedEvent } from '../support/events.js';
import { instanceEnvironment, startInstance } from '../support/instances.js';
import { testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { expectEnded, hashOf, MARKER, seedLargeAccount } from '../support/large-account.js';
import { untilAvailable } from '../support/retry.js';
import { snapshot } from '../support/snapshot.js';

/** 1 tries every kill point, 2 every second one. */
const STRIDE = Number(process.env['FAULT_KILL_STRIDE'] ?? 1);
const AT_ONCE = Number(process.env['FAULT_KILL_PARALLEL'] ?? 6);

let project: ProjectCopy;
let clerk: ClerkLocal;
let mongo: ReplicaSet;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
  // A transaction of a killed process blocks others for one second, not for sixty.
  mongo = await startReplicaSet({ args: ['--setParameter', 'transactionLifetimeLimitSeconds=1'] });
  clerk = await startClerkLocal();
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await mongo.stop();
  await project.remove();
});

type Door = 'self' | 'admin' | 'webhook';

let scenes = 0;

/** A database with an account to delete, and an instance that reaches it through a proxy. */
interface Scene {
  uri: string;
  db: Connection;
  proxy: CommandProxy;
  child: Child;
  url: string;
  clerkId: string;
  token: string;
  userId: string;
  adminToken: string;
}

const start = (uri: string) =>
  startInstance(project.folder, instanceEnvironment(clerk, uri, { DELETION_VERIFY_AFTER_MS: '0' }));

async function end(child: Child): Promise<void> {
  child.signalGroup('SIGKILL');
  await child.exit;
}

async function setScene(): Promise<Scene> {
  const uri = testDatabaseUri(mongo.uri);
  const { port } = new URL(uri);
  const proxy = await startCommandProxy(Number(port));
  const throughProxy = uri.replace(`:${port}/`, `:${proxy.port}/`).replace(/\?.*$/, '?directConnection=true');
  const { child, url } = await start(throughProxy);
  const db = await createConnection(uri).asPromise();
  const join = async (attributes: Parameters<ClerkLocal['createUser']>[0]) => {
    const { id: clerkId } = await clerk.createUser(attributes, { webhook: false });
    const token = await clerk.mintToken(clerkId, { expiresInSeconds: 3600 });
    const response = await fetch(`${url}/api/v2/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { clerkId, token, id: ((await response.json()) as { id: string }).id };
  };
  const star = await join({ first_name: MARKER, email_address: [`${MARKER}${++scenes}@example.com`] });
  const admin = await join({ public_metadata: { role: 'admin' } });
  await seedLargeAccount(db, new Types.ObjectId(star.id));
  return {
    uri,
    db,
    proxy,
    child,
    url,
    clerkId: star.clerkId,
    token: star.token,
    userId: star.id,
    adminToken: admin.token,
  };
}

/** Asks for the deletion; the answer may never come. */
async function ask(scene: Scene, door: Door, url: string): Promise<number | undefined> {
  const json = { 'content-type': 'application/json' };
  const event = JSON.stringify(userDeletedEvent(scene));
  if (door === 'webhook') await clerk.deleteUser(scene.clerkId, { webhook: false }).catch(() => undefined);
  const request: Record<Door, [string, RequestInit]> = {
    self: ['users/me', { method: 'DELETE', headers: { authorization: `Bearer ${scene.token}` } }],
    admin: [
      `admin/users/${scene.userId}`,
      {
        method: 'DELETE',
        headers: { ...json, authorization: `Bearer ${scene.adminToken}` },
        body: '{"reason":"admin_action"}',
      },
    ],
    webhook: [
      'webhooks/clerk',
      {
        method: 'POST',
        headers: { ...json, ...clerk.signWebhook(event, { svixId: `msg_${scene.clerkId}` }) },
        body: event,
      },
    ],
  };
  const [path, init] = request[door];
  const response = await fetch(`${url}/api/v2/${path}`, init).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status;
}

const isFenced = async ({ db, clerkId }: Scene) =>
  (await db.collection('deletedUsers').countDocuments({ subjectHash: hashOf(clerkId) })) === 1;

/** Kills the first instance at one command, lets a second one finish alone, and checks the end. */
async function survive(strike: Strike, door: Door): Promise<string | undefined> {
  const scene = await setScene();
  const before = await snapshot(scene.db);
  const struck = new Promise<void>((resolve) => {
    scene.proxy.arm(strike, () => {
      process.kill(scene.child.pid, 'SIGKILL');
      resolve();
    });
  });
  const answered = ask(scene, door, scene.url);
  // Some runs do not reach the last commands: then the deletion completes without a kill.
  await Promise.race([struck, completedDeletion(scene.db, scene.clerkId)]);
  await end(scene.child);
  await answered;
  const name = scene.proxy.commands()[strike.index];
  await scene.proxy.close();

  const second = await start(scene.uri);
  if (!(await isFenced(scene))) {
    // No deletion was confirmed, and nothing has changed.
    const { deletionJobs: _, ...after } = await snapshot(scene.db);
    const { deletionJobs: __, ...unchanged } = before;
    expect(after).toEqual(unchanged);
    // 503 while the transaction of the killed process is still open.
    const { status } = await untilAvailable(async () => ({ status: await ask(scene, door, second.url) }));
    expect([200, 202]).toContain(status);
  }
  await completedDeletion(scene.db, scene.clerkId);
  await expectEnded({ ...scene, clerk, isByWebhook: door === 'webhook' });
  await end(second.child);
  await scene.db.dropDatabase();
  await scene.db.close();
  return name;
}

/** The commands of a deletion without any fault. */
async function commandsOf(door: Door): Promise<readonly string[]> {
  const scene = await setScene();
  scene.proxy.arm(undefined, () => undefined);
  await ask(scene, door, scene.url);
  await completedDeletion(scene.db, scene.clerkId);
  await expectEnded({ ...scene, clerk, isByWebhook: door === 'webhook' });
  await end(scene.child);
  await scene.proxy.close();
  await scene.db.dropDatabase();
  await scene.db.close();
  return scene.proxy.commands();
}

it.each([
  ['self', 1],
  ['webhook', 7],
  ['admin', 7],
] as const)(
  'kill -9 before and after each command of a deletion by %s (every %i. one): a restart alone finishes it',
  async (door, every) => {
    const commands = await commandsOf(door);
    const strikes = commands
      .flatMap((_, index): Strike[] => [
        { index, when: 'before' },
        { index, when: 'after' },
      ])
      .filter((_, index) => index % (every * STRIDE) === 0);
    process.stdout.write(`${door}: ${commands.length} commands, ${strikes.length} kills\n`);
    const queue = [...strikes];
    const work = async () => {
      for (let strike = queue.shift(); strike !== undefined; strike = queue.shift()) {
        const { index, when } = strike;
        await survive(strike, door).catch((error: unknown) => {
          throw new Error(`${when} command ${index} (${commands[index] ?? ''})`, { cause: error });
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  },
  3_600_000,
);

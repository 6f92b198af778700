import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, killChildren, startChild } from '../support/child.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const DELIVERIES = Number(process.env['FAULT_DELIVERIES'] ?? 2000);
const REPEATED = 0.3;
const PARALLEL = 25;
const RETRY_MS = 150;
/** Events of one account: created, two changes, a session's end; every third one is deleted in the end. */
const EVENTS_PER_ACCOUNT = 4 + 1 / 3;

/** One thing that has to be answered with 2xx (or, a first request, with 401 once its account is deleted). */
interface Task {
  clerkId: string;
  /** Of the delivery; undefined for a first request. */
  svixId?: string;
  event?: { type: string; data: object };
}

let project: ProjectCopy;
let instances: Child[] = [];
/** Ends the retries of all the others once one answer was wrong. */
let hasFailed = false;
let disturbing: Promise<unknown>[] = [];
let clerk: ClerkLocal;
let mongo: ReplicaSet;
let db: Connection;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
});
afterEach(async () => {
  instances = [];
  hasFailed = false;
  // After a failure one of them may only now have started its instance.
  await Promise.allSettled(disturbing);
  disturbing = [];
  await killChildren();
  await clerk.close();
  await db.close();
  await mongo.stop();
});
afterAll(() => project.remove());

describe.each([
  ['one member', 1],
  ['three members, whose primary steps down and is killed', 3],
])('on a replica set of %s', (_what, members) => {
  it(`${DELIVERIES} shuffled deliveries, 30 % of them repeats, with first requests amid them, over two instances of which one is killed and restarted: nothing lost, nothing doubled`, async () => {
    mongo = await startReplicaSet({ members });
    clerk = await startClerkLocal();
    const uri = testDatabaseUri(mongo.uri);
    db = await createConnection(uri).asPromise();
    const ports = [await freePort(), await freePort()];
    const environment = freshEnvironment({
      MONGODB_URI: uri,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
      CLERK_API_URL: clerk.url,
      RATE_LIMIT_MAX: '0',
    });
    const startInstance = async (index: number): Promise<Child> => {
      const child = startChild(process.execPath, ['dist/main.js'], {
        cwd: project.folder,
        env: { ...environment, PORT: String(ports[index]) },
      });
      instances.push(child);
      await child.until(/"msg":"listening"/);
      return child;
    };
    const [first] = await Promise.all([startInstance(0), startInstance(1)]);

    const { deleted, kept, tasks, tokens } = await story();
    const disturbances: [at: number, act: () => Promise<unknown>][] = [
      [0.3, () => kill(first)],
      [0.4, () => restart(() => startInstance(0))],
      ...(members > 1
        ? ([
            [0.5, () => stepDown(db)],
            [0.7, () => killPrimary(db, mongo)],
          ] as [number, () => Promise<unknown>][])
        : []),
    ];
    let done = 0;
    const queue = [...tasks];
    const work = async () => {
      for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
        await untilTaken(task, ports, tokens);
        done++;
        const [next] = disturbances;
        if (next !== undefined && done >= next[0] * tasks.length) {
          disturbances.shift();
          disturbing.push(next[1]());
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    await Promise.all(disturbing);

    // Every delivery once in the ledger, every account once, with its last name, every deleted one nowhere.
    const ids = new Set(tasks.flatMap(({ svixId }) => svixId ?? []));
    expect(await db.collection('webhookEvents').countDocuments()).toBe(ids.size);
    expect(await db.collection('webhookEvents').countDocuments({ outcome: 'dead_letter' })).toBe(0);
    const users = await db.collection('users').find().toArray();
    const nameOf = new Map(users.map(({ clerkId, firstName }) => [String(clerkId), String(firstName)]));
    expect(users).toHaveLength(kept.length);
    expect(kept.filter((clerkId) => nameOf.get(clerkId) !== 'Three')).toEqual([]);
    expect(await db.collection('deletedUsers').countDocuments()).toBe(deleted.length);
    expect(deleted.filter((clerkId) => nameOf.has(clerkId))).toEqual([]);
    expect(await db.collection('wishlists').countDocuments()).toBe(kept.length);
    expect(await db.collection('deletions').countDocuments()).toBe(0);
  });
});

/** Accounts with all their events, shuffled, some of them twice; and a first request of each, somewhere amid them. */
async function story() {
  const accounts = Math.round((DELIVERIES * (1 - REPEATED)) / EVENTS_PER_ACCOUNT);
  const deleted: string[] = [];
  const kept: string[] = [];
  const once_: Task[] = [];
  const requests: Task[] = [];
  const tokens = new Map<string, string>();
  for (let index = 0; index < accounts; index++) {
    const account = await clerk.createUser({ first_name: 'One' }, { webhook: false });
    const clerkId = account.id;
    const add = (name: string, type: string, data: object) =>
      once_.push({ clerkId, svixId: `msg_${clerkId}_${name}`, event: { type, data } });
    add('created', 'user.created', account);
    for (const first_name of ['Two', 'Three']) {
      add(first_name, 'user.updated', await clerk.updateUser(clerkId, { first_name }, { webhook: false }));
    }
    add('session', 'session.ended', { id: `sess_${index}`, user_id: clerkId });
    tokens.set(clerkId, await clerk.mintToken(clerkId, { expiresInSeconds: 3600 }));
    requests.push({ clerkId });
    if (index % 3 === 0) {
      await clerk.deleteUser(clerkId, { webhook: false });
      add('deleted', 'user.deleted', { id: clerkId, deleted: true });
      deleted.push(clerkId);
    } else {
      kept.push(clerkId);
    }
  }
  const repeats = shuffled(once_).slice(0, DELIVERIES - once_.length);
  const tasks = shuffled([...once_, ...repeats, ...requests]);
  return { deleted, kept, tasks, tokens };
}

function shuffled<T>(values: readonly T[]): T[] {
  const keyed = values.map((value) => ({ value, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/** As Svix does, but sooner: again and again until it is taken, by whichever instance answers. */
async function untilTaken(task: Task, ports: number[], tokens: Map<string, string>): Promise<void> {
  for (let attempt = randomInt(2); ; attempt++) {
    const answer = await send(task, ports[attempt % ports.length] ?? 0, tokens).catch(() => undefined);
    if (answer === 200 || (task.event === undefined && answer === 401)) return;
    if (hasFailed) return;
    if (answer !== undefined && answer !== 503) {
      hasFailed = true;
      const said = await failures();
      throw new Error(`${task.svixId ?? 'GET /users/me'}: ${answer} ${said}`);
    }
    await sleep(RETRY_MS);
  }
}

/** What the instances, which end with this, said of requests that failed by a fault of theirs. */
async function failures(): Promise<string> {
  await killChildren();
  const lines = instances.flatMap((child) => child.stdout().split('\n'));
  return lines.filter((line) => line.includes('internal_error')).join(' ');
}

async function send(
  { clerkId, svixId, event }: Task,
  port: number,
  tokens: Map<string, string>,
): Promise<number> {
  const url = `http://127.0.0.1:${port}/api/v2`;
  const body = JSON.stringify(event);
  const response = await (event === undefined
    ? fetch(`${url}/users/me`, { headers: { authorization: `Bearer ${tokens.get(clerkId) ?? ''}` } })
    : fetch(`${url}/webhooks/clerk`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...clerk.signWebhook(body, { svixId: svixId ?? '' }) },
      }));
  await response.arrayBuffer();
  return response.status;
}

/** As an orchestrator does it: a start that meets no primary exits with 69, and is tried again. */
async function restart(start: () => Promise<Child>): Promise<Child> {
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (!String(error).includes('It ended (69)')) throw error;
    }
  }
}

async function kill(child: Child): Promise<void> {
  process.kill(child.pid, 'SIGKILL');
  await child.exit;
}

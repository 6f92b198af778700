import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';
import { type Child, killChildren } from '../support/child.js';
import { userDeletedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { instanceEnvironment, listeningUrl, startMain } from '../support/instances.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const DELIVERIES = Number(process.env['FAULT_DELIVERIES'] ?? 2000);
const REPEATED = 0.3;
const PARALLEL = 25;
const RETRY_MS = 150;
/** Created, two changes, the end of a session, and for every third account its deletion. */
const EVENTS_PER_ACCOUNT = 4 + 1 / 3;

/** A delivery or a first request, to be answered with 200 (or with 401 when the account is deleted). */
interface Task {
  clerkId: string;
  /** The id of the delivery; undefined for a first request. */
  svixId?: string;
  event?: { type: string; data: object };
}

let project: ProjectCopy;
let instances: Child[] = [];
/** Ends all retries once one answer was wrong. */
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
  // After a failure, one of them may still be starting its instance.
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
  it(`${DELIVERIES} shuffled deliveries, 30 % of them repeats, and first requests, over two instances of which one is killed and restarted: nothing is lost or doubled`, async () => {
    mongo = await startReplicaSet({ members });
    clerk = await startClerkLocal();
    const uri = testDatabaseUri(mongo.uri);
    db = await createConnection(uri).asPromise();
    const ports = [await freePort(), await freePort()];
    const startInstance = async (index: number): Promise<Child> => {
      const PORT = String(ports[index]);
      const environment = instanceEnvironment(clerk, uri, { LOG_LEVEL: 'info', PORT });
      const child = startMain(project.folder, environment);
      instances.push(child);
      await listeningUrl(child);
      return child;
    };
    const [first] = await Promise.all([startInstance(0), startInstance(1)]);

    const { deleted, kept, tasks, tokens } = await makeTasks();
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
        await untilAccepted(task, ports, tokens);
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

    // Each delivery is in the ledger once; each account that was kept has one user, with its last name.
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

/** The events of all accounts, some of them twice, and a first request of each account, shuffled. */
async function makeTasks() {
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
      const { type, data } = userDeletedEvent({ clerkId });
      add('deleted', type, data);
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

/** Sends a task to the instances in turn until one accepts it, as Svix does, but sooner. */
async function untilAccepted(task: Task, ports: number[], tokens: Map<string, string>): Promise<void> {
  const name = task.svixId ?? 'GET /users/me';
  let attempt = randomInt(2);
  const status = await eventually(
    `${name} is answered with something other than 503`,
    async () => {
      // An instance that was killed answers nothing.
      const answer = await send(task, ports[attempt++ % ports.length] ?? 0, tokens).catch(() => 503);
      return answer === 503 && !hasFailed ? undefined : answer;
    },
    { timeoutMs: 300_000, everyMs: RETRY_MS },
  );
  if (hasFailed || status === 200 || (task.event === undefined && status === 401)) return;
  hasFailed = true;
  throw new Error(`${name}: ${status} ${await internalErrors()}`);
}

/** The log lines about internal errors. Ends the instances. */
async function internalErrors(): Promise<string> {
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

/** Starts an instance again when it exits with 69 because there is no primary, as an orchestrator does. */
async function restart(start: () => Promise<Child>): Promise<Child> {
  const outcome = await eventually(
    'the instance starts',
    async () => {
      try {
        return { child: await start() };
      } catch (error) {
        return String(error).includes('It ended (69)') ? undefined : { error };
      }
    },
    { timeoutMs: 300_000 },
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.child;
}

async function kill(child: Child): Promise<void> {
  process.kill(child.pid, 'SIGKILL');
  await child.exit;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';
import { killChildren } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { type Load, startLoad, statusesOf } from '../support/load.js';
import type { ProjectCopy } from '../support/project-copy.js';

const PER_SECOND = 100;
const PEOPLE = 20;
const AWAY_MS = 7000;
const COUNTRIES = ['JP', 'PT', 'IT', 'PE', 'KE', 'NZ', 'CA', 'VN', 'MA', 'IS'];

let dbPath: string;
let port: number;
let mongo: ReplicaSet;
let clerk: ClerkLocal;
let project: ProjectCopy;
let instance: Instance;
const tokens: string[] = [];

beforeAll(async () => {
  dbPath = await mkdtemp(path.join(tmpdir(), 'roavelo-db-'));
  port = await freePort();
  mongo = await startReplicaSet({ port, dbPath });
  clerk = await startClerkLocal();
  const uri = mongo.uri.replace(/^(mongodb:\/\/[^/]+\/)/, '$1away');
  const prepared = await prepareInstances(1, clerk, uri);
  ({ project } = prepared);
  [instance] = prepared.instances as [Instance];
  await instance.start();
  for (let i = 0; i < PEOPLE; i++) {
    const { id } = await clerk.createUser({}, { webhook: false });
    const token = await clerk.mintToken(id, { expiresInSeconds: 3600 });
    tokens.push(token);
    await fetch(`${instance.url}/api/v2/users/me`, { headers: { authorization: `Bearer ${token}` } });
  }
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await mongo.stop();
  await project.remove();
  await rm(dbPath, { recursive: true, force: true });
});

/** Reads and writes of known users. */
function startTraffic(): Load {
  let n = 0;
  return startLoad(PER_SECOND, () => {
    n++;
    const headers = { authorization: `Bearer ${tokens[n % PEOPLE] ?? ''}` };
    const api = `${instance.url}/api/v2`;
    if (n % 3 === 0)
      return { method: 'PUT', url: `${api}/users/me/wishlist/${COUNTRIES[n % 10] ?? ''}`, headers };
    return { method: 'GET', url: n % 3 === 1 ? `${api}/users/me` : `${api}/users/me/wishlist`, headers };
  });
}

const mongodOf = () => {
  const mongod = mongo.replSet.servers[0]?.instanceInfo?.instance.mongodProcess;
  if (mongod === undefined) throw new Error('No process of the mongod');
  return mongod;
};

it.each([
  [
    'stopped and started',
    async () => {
      await mongo.stop();
      await sleep(AWAY_MS);
      mongo = await startReplicaSet({ port, dbPath });
    },
  ],
  [
    'killed and started',
    async () => {
      mongodOf().kill('SIGKILL');
      await sleep(AWAY_MS);
      await mongo.stop().catch(() => undefined);
      mongo = await startReplicaSet({ port, dbPath });
    },
  ],
  [
    'frozen',
    async () => {
      mongodOf().kill('SIGSTOP');
      await sleep(AWAY_MS);
      mongodOf().kill('SIGCONT');
    },
  ],
])(
  'MongoDB %s under load: the only other answer is 503 with Retry-After, and the process recovers by itself',
  async (_how, disturb) => {
    const { pid } = instance.child();
    const load = startTraffic();
    await eventually('the load is answered', () => load.answers.length >= 2 * PER_SECOND);
    await disturb();
    const answersBefore = load.answers.length;
    const goodInARow = () => {
      const since = load.answers.slice(answersBefore);
      return since.length - 1 - since.findLastIndex(({ status }) => status >= 300 || status === 0);
    };
    await eventually('a thousand answers in a row are good', () => goodInARow() >= 10 * PER_SECOND, {
      timeoutMs: 60_000,
      everyMs: 50,
    });
    const answers = await load.stop();
    const statuses = statusesOf(answers);
    process.stdout.write(`${_how}: ${JSON.stringify(statuses)}\n`);

    expect(Object.keys(statuses).filter((status) => !['200', '201', '503'].includes(status))).toEqual([]);
    expect(statuses['503']).toBeGreaterThan(0);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? ''))).toEqual([]);
    // Server selection and the socket each have a deadline; no answer takes longer than both.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(15_000);
    expect(instance.child().pid).toBe(pid);
  },
);

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection, Types } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { COUNTRY_CODES } from '../../src/wishlist/countries.js';
import { killChildren } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { type Answer, startLoad, statusesOf } from '../support/load.js';
import { type Members, membersOf } from '../support/replica-set.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';

const KILLS = Number(process.env['FAULT_PRIMARY_KILLS'] ?? 20);
const PER_SECOND = 200;
const PEOPLE = 60;
/** Acknowledged writes between two kills. */
const WRITES_BETWEEN = 150;

interface Account {
  id: string;
  token: string;
}

let mongo: ReplicaSet;
let members: Members;
let clerk: ClerkLocal;
let db: Connection;
let project: ProjectCopy;
let instances: Instance[];
let people: Account[];

beforeAll(async () => {
  mongo = await startReplicaSet({ members: 3, electionTimeoutMillis: 1000 });
  members = membersOf(mongo);
  clerk = await startClerkLocal();
  const uri = testDatabaseUri(mongo.uri);
  db = await createConnection(uri).asPromise();
  ({ project, instances } = await prepareInstances(2, clerk, uri));
  for (const instance of instances) await instance.start();
  people = await Promise.all(
    Array.from({ length: PEOPLE }, async () => {
      const { id } = await clerk.createUser({}, { webhook: false });
      const token = await clerk.mintToken(id, { expiresInSeconds: 3600 });
      // Each instance verifies each token once, so it needs nothing of Clerk afterwards.
      let me: { id: string } | undefined;
      for (const { url } of instances) {
        const answer = await fetch(`${url}/api/v2/users/me`, {
          headers: { authorization: `Bearer ${token}` },
        });
        me = (await answer.json()) as { id: string };
      }
      return { id: me?.id ?? '', token };
    }),
  );
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await db.close();
  await members.stop();
  await mongo.stop();
  await project.remove();
});

/** A write that is made once: a country on a wishlist, or an edge between two people. */
interface Write {
  path: string;
  who: Account;
  key: string;
}

/** Every country for every person, and every edge between two people, in turn. */
function* allWrites(): Generator<Write, undefined> {
  const codes = COUNTRY_CODES.slice(0, 240);
  for (let n = 0; n < codes.length * PEOPLE; n++) {
    const who = people[n % PEOPLE];
    const code = codes[Math.floor(n / PEOPLE)] ?? '';
    if (who === undefined) continue;
    yield { who, path: `/users/me/wishlist/${code}`, key: `${who.id} wishes ${code}` };
    const whom = people[(n + 1 + Math.floor(n / PEOPLE)) % PEOPLE];
    if (n < PEOPLE * (PEOPLE - 2) && whom !== undefined && whom !== who) {
      yield { who, path: `/users/me/following/${whom.id}`, key: `${who.id} follows ${whom.id}` };
    }
  }
  return undefined;
}

it(`the primary of three is killed ${KILLS} times under ${PER_SECOND} requests a second while Clerk is away: no acknowledged write is lost or doubled`, async () => {
  clerk.fail({ path: /.*/, mode: 'refuse' });
  const writes = allWrites();
  const next = () => writes.next().value;
  const again: Write[] = [];
  const byCall = new Map<object, Write>();
  const acknowledged = new Map<string, number[]>();
  let done = 0;
  let n = 0;
  const onAnswer = ({ call, status }: Answer) => {
    const write = byCall.get(call);
    byCall.delete(call);
    if (write === undefined) return;
    if (status === 503) again.push(write);
    else {
      acknowledged.set(write.key, [...(acknowledged.get(write.key) ?? []), status]);
      done++;
    }
  };
  const load = startLoad(
    PER_SECOND,
    () => {
      const { url } = instances[n % 2] ?? { url: '' };
      const write = n++ % 2 === 0 ? undefined : (again.shift() ?? next());
      const who = write?.who ?? people[n % PEOPLE];
      const call = {
        method: write === undefined ? 'GET' : 'PUT',
        url: `${url}/api/v2${write?.path ?? '/users/me'}`,
        headers: { authorization: `Bearer ${who?.token ?? ''}` },
      };
      if (write !== undefined) byCall.set(call, write);
      return call;
    },
    { onAnswer },
  );
  for (let kill = 0; kill < KILLS; kill++) {
    await writesAre(done + WRITES_BETWEEN);
    const address = await members.killPrimary(db);
    await writesAre(done + WRITES_BETWEEN / 3);
    members.restart(address);
  }
  await writesAre(done + WRITES_BETWEEN);
  const answers = await load.stop();
  process.stdout.write(`${KILLS} kills: ${JSON.stringify(statusesOf(answers))}\n`);

  async function writesAre(count: number): Promise<void> {
    const wait = eventually(`${count} writes are acknowledged`, () => done >= count, { timeoutMs: 120_000 });
    await wait.catch((error: unknown) => {
      throw new Error(`Statuses: ${JSON.stringify(statusesOf(load.answers))}`, { cause: error });
    });
  }

  const statuses = statusesOf(answers);
  const faults = instances
    .flatMap((instance) => instance.child().stdout().split('\n'))
    .filter((line) => line.includes('internal_error'));
  // Before the statuses, so that a failure shows its cause.
  expect(faults).toEqual([]);
  expect(Object.keys(statuses).filter((status) => !['200', '201', '503'].includes(status))).toEqual([]);
  expect(answers.filter(({ status, retryAfter }) => status === 503 && retryAfter === undefined)).toEqual([]);
  // Each country was new once at most.
  for (const [key, seen] of acknowledged) {
    expect([key, seen.length]).toEqual([key, 1]);
  }
  const stored = new Map<string, number>();
  const note = (key: string) => stored.set(key, (stored.get(key) ?? 0) + 1);
  const wishlists = await db.collection('wishlists').find().toArray();
  for (const { _id, items } of wishlists) {
    for (const { countryCode } of items as { countryCode: string }[])
      note(`${String(_id)} wishes ${countryCode}`);
  }
  const edges = await db.collection('follows').find().toArray();
  for (const { followerId, followeeId } of edges) note(`${String(followerId)} follows ${String(followeeId)}`);
  expect([...acknowledged.keys()].filter((key) => stored.get(key) !== 1)).toEqual([]);
  expect([...stored].filter(([, count]) => count !== 1)).toEqual([]);
  for (const { id } of people) {
    const user = await db.collection('users').findOne({ _id: new Types.ObjectId(id) });
    expect(user).toMatchObject({
      followersCount: edges.filter(({ followeeId }) => String(followeeId) === id).length,
      followingCount: edges.filter(({ followerId }) => String(followerId) === id).length,
    });
  }
});

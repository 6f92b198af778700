import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { collectionsWith } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

const DAY_MS = 24 * 60 * 60_000;
/** Zero width space, word joiner, soft hyphen, Hangul filler, Braille blank, a tag, a control character. */
const INVISIBLE = [
  '\u200B',
  '\u2060',
  '\u00AD',
  '\u3164',
  '\u2800',
  '\u{E0061}',
  '\u0085',
  ' \u200D\t\uFEFF ',
];

let mongo: ReplicaSet;
let proxy: ClerkProxy;
let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  proxy = await startClerkProxy(() => api.clerk.url);
  api = await startTestApp({
    MONGODB_URI: testDatabaseUri(mongo.uri),
    CLERK_API_URL: proxy.url,
    RESERVED_USERNAMES: 'Lonely.Planet, guide',
  });
});
beforeEach(async () => {
  [ann, bob] = [await api.join(), await api.join()];
});
afterAll(async () => {
  await api.close();
  await proxy.close();
  await mongo.stop();
});

let names = 0;
/** A username that Clerk allows as well. */
const newName = () => `traveller_${++names}`;
const take = (who: Person, username: string) => who.request('PATCH', '/users/me', { body: { username } });
const takes = async (who: Person, username: string) => {
  const { status, body } = await take(who, username);
  return status === 200 ? '200' : `${status} ${(body as { code: string }).code}`;
};
const nameOf = async (who: Person) => (await who.get<{ username: string }>('/users/me')).username;
const rows = () => api.db.collection('deletionUsernames');

describe('reserved usernames', () => {
  it.each([
    ...['admin', 'ad.min', '_admin_', 'adm1n', '4dm1n', 'support', 'supp0rt', 'roavelo', 'r0.ave10', 'help'],
    ...['lonely.planet', 'lonelyplanet', 'l0nely_planet', 'gu1de'],
  ])('409 username_taken: %s', async (username) => {
    expect(await takes(ann, username)).toBe('409 username_taken');
  });

  it.each([
    '...',
    '___',
    '._.',
    'Admin',
    'ADMIN',
    'ａｄｍｉｎ',
    'аdmin',
    'admin\u200B',
    ' admin',
    'a.',
    'x'.repeat(31),
  ])('400 validation_failed: %j', async (username) => {
    expect(await takes(ann, username)).toBe('400 validation_failed');
  });

  it('400 without a letter or digit: the same answer as for any other character', async () => {
    const [punctuation, upperCase] = [await take(ann, '...'), await take(ann, 'Admin')];
    const ofEach = { requestId: expect.any(String), instance: expect.any(String) };
    expect(punctuation.body).toEqual({ ...(upperCase.body as object), ...ofEach });
  });

  it.each(['admiral', 'a_1', '1.2', 'roavelofan', 'supporter'])('200: %s', async (username) => {
    expect(await takes(ann, username)).toBe('200');
  });

  it('409: names in the same request are not written to Clerk', async () => {
    const body = { username: 'admin', firstName: 'Changed' };
    expect(await ann.problem('PATCH', '/users/me', { body })).toBe('409 username_taken');
    expect(api.clerk.getUser(ann.clerkId)).not.toMatchObject({ first_name: 'Changed' });
  });

  it.each(['admin', 'r0avelo', 'lonely_planet', '____'])(
    "Clerk's own username %s: the user gets a generated one",
    async (username) => {
      const person = await api.signUp({ username, email_address: [`eva.${username}@example.com`] });
      expect(await nameOf(person)).toMatch(new RegExp(`^eva\\.${username}_[0-9a-f]{8}$`));
    },
  );

  it.each(['admin', '...'])('%s stays with a user who already has it', async (username) => {
    await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $set: { username } });
    for (const body of [{ firstName: 'Still' }, { username, firstName: 'Me' }, { username, bio: 'Still me' }])
      expect(await ann.call(200, 'PATCH', '/users/me', { body })).toMatchObject({ ...body, username });
    // A webhook with another username of Clerk does not change it.
    await api.clerk.updateUser(ann.clerkId, { username: newName(), last_name: 'Else' });
    await api.clerk.idle();
    expect(await ann.get('/users/me')).toMatchObject({ username, lastName: 'Else' });
    expect(await takes(ann, newName())).toBe('200');
    expect(await takes(ann, username)).toMatch(username === 'admin' ? '409' : '400');
  });
});

describe('a former username', () => {
  it('after a change: held back from others, and free for its former holder', async () => {
    const [first, second] = [newName(), newName()];
    expect([await takes(ann, first), await takes(ann, second)]).toEqual(['200', '200']);
    expect(await takes(bob, first)).toBe('409 username_taken');
    const person = await api.signUp({ username: first });
    expect(await nameOf(person)).not.toBe(first);
    expect(await takes(ann, first)).toBe('200');
    expect(await takes(bob, second)).toBe('409 username_taken');
    expect(await takes(ann, second)).toBe('200');
  });

  it('after a change together with names in Clerk: the same', async () => {
    const [first, second] = [newName(), newName()];
    for (const username of [first, second]) {
      await ann.call(200, 'PATCH', '/users/me', { body: { username, firstName: 'Ann' } });
    }
    expect(await takes(bob, first)).toBe('409 username_taken');
    const body = { username: first, firstName: 'Bob' };
    expect(await bob.problem('PATCH', '/users/me', { body })).toBe('409 username_taken');
    expect(api.clerk.getUser(bob.clerkId)).not.toMatchObject({ first_name: 'Bob' });
    await ann.call(200, 'PATCH', '/users/me', { body: { username: first, firstName: 'Ann' } });
  });

  it('after the deletion of the account: held back for 30 days, stored as hashes only', async () => {
    const username = newName();
    expect(await takes(ann, username)).toBe('200');
    const before = Date.now();
    await ann.call(202, 'DELETE', '/users/me');
    expect(await takes(bob, username)).toBe('409 username_taken');
    await api.deletionOf(ann);
    expect(await takes(bob, username)).toBe('409 username_taken');
    // Only in the archive, for admins.
    expect(await collectionsWith(api.db, username)).toEqual(['deletedUsers']);
    const [row, ...others] = await rows().find().sort({ until: -1 }).limit(1).toArray();
    expect(others).toEqual([]);
    expect(Object.keys(row ?? {}).sort()).toEqual(['_id', 'nameHash', 'subjectHash', 'until']);
    expect(row).toMatchObject({
      nameHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      subjectHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const days = ((row?.['until'] as Date).getTime() - before) / DAY_MS;
    expect(Math.round(days)).toBe(30);
  });

  it('is free again after that time, and mongod removes the row', async () => {
    const [first, second] = [newName(), newName()];
    for (const username of [first, second]) await take(ann, username);
    await rows().updateMany({}, { $set: { until: new Date(Date.now() - 1000) } });
    expect(await takes(bob, first)).toBe('200');
    // From now on it is a former username of its new holder.
    expect(await takes(bob, newName())).toBe('200');
    expect(await takes(ann, first)).toBe('409 username_taken');
    const indexes = await rows().indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { until: 1 }, expireAfterSeconds: 0 }));
  });

  it('one account holds back its last ten', async () => {
    const given = Array.from({ length: 12 }, newName);
    for (const username of given) expect(await takes(ann, username)).toBe('200');
    // Former usernames: the generated one and all but the last of these.
    const [first = '', second = '', ...others] = given;
    expect(await takes(bob, second)).toBe('409 username_taken');
    expect(await takes(bob, others[0] ?? '')).toBe('409 username_taken');
    expect(await takes(bob, first)).toBe('200');
  });

  it('the last one is held back although ten are held longer (lowered USERNAME_HOLD_DAYS)', async () => {
    const given = Array.from({ length: 11 }, newName);
    for (const username of given) await take(ann, username);
    await rows().updateMany({}, { $set: { until: new Date(Date.now() + 60 * DAY_MS) } });
    expect(await takes(ann, newName())).toBe('200');
    expect(await takes(bob, given.at(-1) ?? '')).toBe('409 username_taken');
  });

  it('writing the same username again changes nothing', async () => {
    const username = newName();
    await take(ann, username);
    const before = await rows().countDocuments();
    expect(await takes(ann, username)).toBe('200');
    expect(await rows().countDocuments()).toBe(before);
  });
});

describe('while Clerk handles names of a request with a new username', () => {
  /** Starts a change and holds Clerk's answer; the returned function releases it and returns the status. */
  async function startChange(username: string) {
    const hold = proxy.holdNext((method) => method === 'PATCH');
    const answer = ann.request('PATCH', '/users/me', { body: { username, firstName: 'Changed' } });
    await hold.caught;
    return async () => {
      hold.release();
      return (await answer).status;
    };
  }

  it('the old one is not free; after a refusal of Clerk the new one is', async () => {
    const [old, wanted] = [newName(), newName()];
    await take(ann, old);
    const endRefusals = api.clerk.fail({ method: 'PATCH', mode: 'status', status: 422 });
    try {
      const end = await startChange(wanted);
      expect(await takes(bob, old)).toBe('409 username_taken');
      expect(await takes(bob, wanted)).toBe('409 username_taken');
      expect(await end()).toBe(400);
      expect(await nameOf(ann)).toBe(old);
      expect(await takes(bob, wanted)).toBe('200');
    } finally {
      endRefusals();
    }
  });

  it('a deletion of the account: both are held back', async () => {
    const [old, wanted] = [newName(), newName()];
    await take(ann, old);
    const end = await startChange(wanted);
    await ann.call(202, 'DELETE', '/users/me');
    expect(await end()).toBe(401);
    expect([await takes(bob, old), await takes(bob, wanted)]).toEqual(Array(2).fill('409 username_taken'));
  });

  describe('and the username of the first change is the current one', () => {
    let old: string;
    let wanted: string;
    let end: () => Promise<number>;
    beforeEach(async () => {
      [old, wanted] = [newName(), newName()];
      await take(ann, old);
      end = await startChange(old);
    });

    it('a second change: the first username is held back', async () => {
      expect(await takes(ann, wanted)).toBe('200');
      expect(await takes(bob, old)).toBe('409 username_taken');
      expect(await end()).toBe(200);
    });

    it('a second change that Clerk refuses: the user keeps the first username', async () => {
      const endRefusals = api.clerk.fail({ method: 'PATCH', mode: 'status', status: 422 });
      try {
        const endSecond = await startChange(wanted);
        expect(await takes(bob, old)).toBe('409 username_taken');
        expect(await endSecond()).toBe(400);
        expect(await nameOf(ann)).toBe(old);
      } finally {
        endRefusals();
        await end();
      }
    });

    it('a deletion during a second change: both are held back', async () => {
      const endSecond = await startChange(wanted);
      await ann.call(202, 'DELETE', '/users/me');
      expect([await end(), await endSecond()]).toEqual([401, 401]);
      expect([await takes(bob, old), await takes(bob, wanted)]).toEqual(Array(2).fill('409 username_taken'));
    });
  });
});

describe('a username during the deletion of its holder', () => {
  const HELD_MS = 1500;

  it.each([
    ['a change to it', 'findAndModify', (username: string) => takes(bob, username)],
    [
      'a sign-up with it',
      'insert',
      async (username: string) => {
        const person = await api.signUp({ username });
        return (await nameOf(person)) === username ? 'taken' : 'another one';
      },
    ],
  ])('%s, held before its write, does not get it', async (_name, command, attempt) => {
    const username = newName();
    await take(ann, username);
    const caught = await catchCommand(api.db, {
      failCommands: [command],
      namespace: `${api.db.name}.users`,
      blockTimeMS: HELD_MS,
    });
    const outcome = attempt(username);
    await caught();
    await ann.call(202, 'DELETE', '/users/me');
    expect(['409 username_taken', 'another one']).toContain(await outcome);
    expect(await api.db.collection('users').countDocuments({ username })).toBe(0);
  });
});

describe('text without a visible character', () => {
  it.each(INVISIBLE)('%j: 400 as first name, empty as last name and bio', async (text) => {
    expect(await ann.problem('PATCH', '/users/me', { body: { firstName: text } })).toBe(
      '400 validation_failed',
    );
    const body = { lastName: text, bio: text };
    expect(await ann.call(200, 'PATCH', '/users/me', { body })).toMatchObject({ lastName: '', bio: '' });
    expect(api.clerk.getUser(ann.clerkId)?.last_name ?? '').toBe('');
  });

  it.each(INVISIBLE)('%j from Clerk counts as missing', async (text) => {
    const person = await api.signUp({ first_name: text, last_name: text });
    expect(await person.get('/users/me')).toMatchObject({ firstName: 'Unknown', lastName: '' });
    await api.clerk.updateUser(ann.clerkId, { first_name: text, last_name: text });
    await api.clerk.idle();
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Unknown', lastName: '' });
  });

  it.each(['太郎', '🧳', 'é', '?', '5', 'a\u200Bb'])('%j is visible', async (text) => {
    const body = { firstName: text, lastName: text, bio: text };
    expect(await ann.call(200, 'PATCH', '/users/me', { body })).toMatchObject(body);
  });

  it('400 as the reason of an admin action', async () => {
    const admin = await api.join({ public_metadata: { role: 'admin' } });
    const body = { reason: '\u200B' };
    const path = `/admin/users/${ann.id}/suspension`;
    expect(await admin.problem('PUT', path, { body })).toBe('400 validation_failed');
  });
});

describe.each([
  ['email', /^amalia\.r_[0-9a-f]{8}$/, /^user_[0-9a-f]{8}$/],
  ['name', /^amaliamaria_[0-9a-f]{8}$/, /^user_[0-9a-f]{8}$/],
  ['random', /^user_[0-9a-f]{8}$/, /^user_[0-9a-f]{8}$/],
])('USERNAME_FROM=%s', (from, withAll, withNothing) => {
  it("Clerk's username first, then this source", async () => {
    const other = await startTestApp({ USERNAME_FROM: from });
    try {
      const names = { first_name: 'Amália María', email_address: ['amalia.r@example.com'] };
      expect(await nameOf(await other.signUp({ username: 'amalia' }))).toBe('amalia');
      expect(await nameOf(await other.signUp(names))).toMatch(withAll);
      const nameless = { email_address: [], first_name: '\u200B', phone_number: ['+15555550100'] };
      expect(await nameOf(await other.signUp(nameless))).toMatch(withNothing);
      const foreign = { email_address: ['-+-@example.com'], first_name: '太郎' };
      expect(await nameOf(await other.signUp(foreign))).toMatch(withNothing);
    } finally {
      await other.close();
    }
  });
});

it('USERNAME_HOLD_DAYS=0: former usernames are free immediately', async () => {
  const other = await startTestApp({ USERNAME_HOLD_DAYS: '0' });
  try {
    const [eva, carl] = [await other.join(), await other.join()];
    const [first, second] = [newName(), newName()];
    for (const username of [first, second]) expect(await takes(eva, username)).toBe('200');
    expect(await takes(carl, first)).toBe('200');
    await eva.call(202, 'DELETE', '/users/me');
    expect(await takes(carl, second)).toBe('200');
    expect(await other.db.collection('deletionUsernames').countDocuments()).toBe(0);
  } finally {
    await other.close();
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { collectionsWith } from '../support/snapshot.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

type Joined = Person & { id: string };
const DAY_MS = 24 * 60 * 60_000;
/** Seen by no one: zero width space, word joiner, soft hyphen, Hangul filler, blank of Braille, a tag, a control character. */
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
/** One that Clerk allows as well. */
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

  it('without a letter or digit: the answer to any other character', async () => {
    const [punctuation, upperCase] = [await take(ann, '...'), await take(ann, 'Admin')];
    const ofEach = { requestId: expect.any(String), instance: expect.any(String) };
    expect(punctuation.body).toEqual({ ...(upperCase.body as object), ...ofEach });
  });

  it.each(['admiral', 'a_1', '1.2', 'roavelofan', 'supporter'])('200: %s', async (username) => {
    expect(await takes(ann, username)).toBe('200');
  });

  it('Clerk is not asked for the names that come with one', async () => {
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

  it.each(['admin', '...'])('%s stays with who has it already', async (username) => {
    await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $set: { username } });
    for (const body of [{ firstName: 'Still' }, { username, firstName: 'Me' }, { username, bio: 'Still me' }])
      expect(await ann.call(200, 'PATCH', '/users/me', { body })).toMatchObject({ ...body, username });
    // A webhook and a change of Clerk's username change nothing of it.
    await api.clerk.updateUser(ann.clerkId, { username: newName(), last_name: 'Else' });
    await api.clerk.idle();
    expect(await ann.get('/users/me')).toMatchObject({ username, lastName: 'Else' });
    expect(await takes(ann, newName())).toBe('200');
    expect(await takes(ann, username)).toMatch(username === 'admin' ? '409' : '400');
  });
});

describe('a username that was given up', () => {
  it('by another one: held back from others, and free for its former holder', async () => {
    const [first, second] = [newName(), newName()];
    expect([await takes(ann, first), await takes(ann, second)]).toEqual(['200', '200']);
    expect(await takes(bob, first)).toBe('409 username_taken');
    const person = await api.signUp({ username: first });
    expect(await nameOf(person)).not.toBe(first);
    expect(await takes(ann, first)).toBe('200');
    expect(await takes(bob, second)).toBe('409 username_taken');
    expect(await takes(ann, second)).toBe('200');
  });

  it('together with names in Clerk: the same', async () => {
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

  it('with the account, at once: held back for 30 days, as hashes alone', async () => {
    const username = newName();
    expect(await takes(ann, username)).toBe('200');
    const before = Date.now();
    await ann.call(202, 'DELETE', '/users/me');
    expect(await takes(bob, username)).toBe('409 username_taken');
    await api.deletionOf(ann);
    expect(await takes(bob, username)).toBe('409 username_taken');
    // In the archive for administrators, and nowhere else.
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

  it('is free again when the time is over, and mongod removes the row', async () => {
    const [first, second] = [newName(), newName()];
    for (const username of [first, second]) await take(ann, username);
    await rows().updateMany({}, { $set: { until: new Date(Date.now() - 1000) } });
    expect(await takes(bob, first)).toBe('200');
    // Of its new holder from now on.
    expect(await takes(bob, newName())).toBe('200');
    expect(await takes(ann, first)).toBe('409 username_taken');
    const indexes = await rows().indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { until: 1 }, expireAfterSeconds: 0 }));
  });

  it('one account holds back its last ten, not any number', async () => {
    const given = Array.from({ length: 12 }, newName);
    for (const username of given) expect(await takes(ann, username)).toBe('200');
    // Given up: the generated one and all but the last of these.
    const [first = '', second = '', ...others] = given;
    expect(await takes(bob, second)).toBe('409 username_taken');
    expect(await takes(bob, others[0] ?? '')).toBe('409 username_taken');
    expect(await takes(bob, first)).toBe('200');
  });

  it('and the very last, also when ten are held for longer (USERNAME_HOLD_DAYS was lowered)', async () => {
    const given = Array.from({ length: 11 }, newName);
    for (const username of given) await take(ann, username);
    await rows().updateMany({}, { $set: { until: new Date(Date.now() + 60 * DAY_MS) } });
    expect(await takes(ann, newName())).toBe('200');
    expect(await takes(bob, given.at(-1) ?? '')).toBe('409 username_taken');
  });

  it('nothing changes by writing the same name again', async () => {
    const username = newName();
    await take(ann, username);
    const before = await rows().countDocuments();
    expect(await takes(ann, username)).toBe('200');
    expect(await rows().countDocuments()).toBe(before);
  });
});

describe('while Clerk is asked about names that come with a new username', () => {
  /** A change whose answer of Clerk is kept until it is released. */
  async function startChange(username: string) {
    const hold = proxy.holdNext((method) => method === 'PATCH');
    const answer = ann.request('PATCH', '/users/me', { body: { username, firstName: 'Changed' } });
    await hold.caught;
    return async () => {
      hold.release();
      return (await answer).status;
    };
  }

  it('nobody else takes the old one, and after a refusal the new one is free at once', async () => {
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

  it('deleted meanwhile: both are held back', async () => {
    const [old, wanted] = [newName(), newName()];
    await take(ann, old);
    const end = await startChange(wanted);
    await ann.call(202, 'DELETE', '/users/me');
    expect(await end()).toBe(401);
    expect([await takes(bob, old), await takes(bob, wanted)]).toEqual(Array(2).fill('409 username_taken'));
  });

  describe('and the name of the first change is the one that the user has', () => {
    let old: string;
    let wanted: string;
    let end: () => Promise<number>;
    beforeEach(async () => {
      [old, wanted] = [newName(), newName()];
      await take(ann, old);
      end = await startChange(old);
    });

    it('given up by a second change: held back', async () => {
      expect(await takes(ann, wanted)).toBe('200');
      expect(await takes(bob, old)).toBe('409 username_taken');
      expect(await end()).toBe(200);
    });

    it('the second one refused: held back, and theirs again', async () => {
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

    it('deleted amid the second one: both are held back', async () => {
      const endSecond = await startChange(wanted);
      await ann.call(202, 'DELETE', '/users/me');
      expect([await end(), await endSecond()]).toEqual([401, 401]);
      expect([await takes(bob, old), await takes(bob, wanted)]).toEqual(Array(2).fill('409 username_taken'));
    });
  });
});

describe('amid the deletion of its holder', () => {
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
  ])('%s, held before it writes, does not get it', async (_name, command, attempt) => {
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

describe('text without anything visible', () => {
  it.each(INVISIBLE)('%j: 400 as a first name, empty as last name and bio', async (text) => {
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

  it('400 as the reason of an admin', async () => {
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
  it("Clerk's own first, then this", async () => {
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

it('USERNAME_HOLD_DAYS=0: free at once', async () => {
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

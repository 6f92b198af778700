import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { type Exit, freshEnvironment, killChildren, startChild } from '../support/child.js';
import { clerkEnvironment } from '../support/clerk-environment.js';
import { adminUri, appUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const EXIT_USAGE = 64;
const EXIT_DATA = 65;
const EXIT_CONFIG = 78;

let project: ProjectCopy;
let api: TestApp;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
});
afterAll(() => project.remove());
beforeEach(async () => {
  api = await startTestApp();
});
afterEach(async () => {
  await killChildren();
  await api.close();
});

/** Runs `node dist/<program>` as in the container, with a file as its standard input. */
function run(program: string, input = '/dev/null', more: Record<string, string> = {}): Promise<Exit> {
  const { config, clerk } = api;
  const env = freshEnvironment({
    MONGODB_URI: config.mongodbUri,
    ...clerkEnvironment(clerk),
    DELETION_VERIFY_AFTER_MS: '0',
    NODE: process.execPath,
    ...more,
  });
  return startChild('bash', ['-c', `exec "$NODE" dist/${program} < '${input}'`], { cwd: project.folder, env })
    .exit;
}

/** Writes a file, and returns its path. */
async function keep(name: string, content: string): Promise<string> {
  const file = path.join(project.folder, name);
  await writeFile(file, content);
  return file;
}

/** Backs up the whole database; the returned function restores it. */
async function backUp(): Promise<() => Promise<void>> {
  const collections = await Promise.all(
    (await api.db.listCollections()).map(async ({ name }) => ({
      name,
      documents: await api.db.collection(name).find().toArray(),
    })),
  );
  return async () => {
    for (const { name } of await api.db.listCollections()) await api.db.collection(name).deleteMany({});
    for (const { name, documents } of collections)
      if (documents.length > 0) await api.db.collection(name).insertMany(documents);
  };
}

describe('after a restore', () => {
  it('a replay of tombstones deletes the users again, and changes no other user', async () => {
    const [ann, ben, cleo, dan] = [await api.join(), await api.join(), await api.join(), await api.join()];
    for (const each of [ann, ben, cleo]) await each.call(200, 'PUT', `/users/me/following/${dan.id}`);
    const earlier = await api.join();
    await earlier.call(202, 'DELETE', '/users/me');
    await api.deletionOf(earlier);
    const restore = await backUp();

    // After the backup: Ann deletes her account, Ben his while Clerk is away, Eve joins and deletes hers.
    await ann.call(202, 'DELETE', '/users/me');
    await api.deletionOf(ann);
    const undo = api.clerk.fail({ method: 'DELETE', mode: 'refuse' });
    await ben.call(202, 'DELETE', '/users/me');
    const eve = await api.join();
    await eve.call(202, 'DELETE', '/users/me');
    const { code, stdout: exported } = await run('tombstones.js export');
    expect(code).toBe(0);
    const lines = exported.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(Object.keys(JSON.parse(line) as object)).toEqual([
        'subjectHash',
        'deletedAt',
        'reason',
        'keptUntil',
      ]);
    }

    await api.app.close();
    await restore();
    undo();
    const file = await keep('tombstones.ndjson', exported);
    const before = await snapshot(api.db);
    const dry = await run('tombstones.js replay --dry-run', file);
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^Replay of tombstones, dry run: nothing was changed\.\n +1 {2}known .*\n +2 {2}deleted .*\n +1 {2}tombstones only/,
    );
    expect(await snapshot(api.db)).toEqual(before);
    const replayed = await run('tombstones.js replay', file);
    expect(replayed.stdout).toMatch(
      /^Replay of tombstones\n +1 {2}known .*\n +2 {2}deleted .*\n +1 {2}tombstones only/,
    );
    // A repeat changes nothing.
    expect((await run('tombstones.js replay', file)).stdout).toMatch(
      / 4 {2}known .*\n +0 {2}deleted .*\n +0 {2}tombstones/,
    );

    const second = await startTestApp({
      MONGODB_URI: api.config.mongodbUri,
      CLERK_SECRET_KEY: api.clerk.secretKey,
      CLERK_ISSUER: api.config.clerk.issuers.join(','),
      CLERK_API_URL: api.clerk.url,
    });
    const as = (person: { token: string }) => second.withToken(person.token);
    for (const gone of [ann, ben, eve, earlier]) {
      expect(await as(gone).problem('GET', '/users/me')).toBe('401 account_deleted');
    }
    for (const gone of [ann, ben]) {
      await api.deletionOf(gone);
      expect(api.clerk.getUser(gone.clerkId)).toBeUndefined();
      expect(await as(dan).problem('GET', `/users/${gone.id}`)).toBe('404 user_not_found');
    }
    expect(await as(dan).get('/users/me')).toMatchObject({ followersCount: 1 });
    expect(await as(cleo).get('/users/me')).toMatchObject({ followingCount: 1 });
    await second.close({ keepDatabase: true });
  });
});

describe('a dry run', () => {
  it('of reconcile counts the lost users, and runs no job, no purge and no index creation', async () => {
    const people = [];
    for (let n = 0; n < 14; n++) people.push(await api.join());
    const [archived, open, ...others] = people;
    await archived?.call(202, 'DELETE', '/users/me');
    await api.deletionOf(archived ?? { clerkId: '' });
    api.clerk.fail({ method: 'DELETE', mode: 'refuse' });
    await open?.call(202, 'DELETE', '/users/me');
    await api.app.close();
    for (const { clerkId } of others.slice(1)) await api.clerk.deleteUser(clerkId, { webhook: false });
    await api.db.collection('users').dropIndex('username_1');
    const before = await snapshot(api.db);
    const { code, stdout, stderr } = await run('reconcile.js --dry-run', '/dev/null', {
      DELETED_USER_PURGE: 'automatic',
      DELETED_USER_RETENTION_DAYS: '0',
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Reconciliation, dry run: nothing was changed\.$/m);
    expect(stdout).toMatch(/^ +11 {2}deleted: their account is gone$/m);
    expect(stdout).toMatch(
      /^11 users are gone, more than the 10 that are allowed\. .* --allow-losses 11\.$/m,
    );
    expect(await snapshot(api.db)).toEqual(before);
    // Clerk refused until here, because an attempt of the closed app may still run.
    expect(api.clerk.getUser(open?.clerkId ?? '')).toBeDefined();
    api.clerk.clearFaults();
    const indexes = await api.db.collection('users').listIndexes().toArray();
    expect(indexes.map(({ name }) => String(name))).not.toContain('username_1');

    // The run does what the dry run reported.
    const { stdout: done } = await run('reconcile.js --allow-losses 11');
    expect(done).toMatch(/^ +11 {2}deleted: their account is gone$/m);
    expect(await api.db.collection('users').countDocuments()).toBe(1);
  });

  it('of a mistyped database name creates no database', async () => {
    const uri = new URL(adminUri(api.config.mongodbUri));
    uri.pathname += 'x';
    const { code } = await run('reconcile.js --dry-run', '/dev/null', {
      MONGODB_URI: await appUri(uri.href),
    });
    expect(code).toBe(0);
    const { databases } = await api.db.getClient().db('admin').admin().listDatabases();
    expect(databases.map(({ name }) => name)).not.toContain(uri.pathname.slice(1));
  });
});

describe('commands', () => {
  it.each([
    ['reconcile.js --no-such-option', EXIT_USAGE, /--no-such-option/],
    ['reconcile.js --allow-losses many', EXIT_USAGE, /whole number/],
  ])('%s exits with %s and prints the usage', async (program, expected, message) => {
    const { code, stdout, stderr } = await run(program);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('reconcile.js reports that Clerk refuses the key', async () => {
    await api.join();
    api.clerk.fail({ path: /^\/v1\//, mode: 'status', status: 401 });
    const { code, stderr } = await run('reconcile.js');
    expect(code).toBe(EXIT_CONFIG);
    expect(stderr).toMatch(/^Clerk refuses CLERK_SECRET_KEY \(HTTP 401/m);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('node dist/tombstones.js', () => {
  it.each([
    ['an empty file', '', 'There are no tombstones on standard input.'],
    ['half a file', '{"subjectHash":"', 'The last line is incomplete'],
    ['another file', 'hello\n', 'Line 1 is not a valid tombstone'],
    [
      'an invalid line',
      `{"subjectHash":"${'a'.repeat(64)}","deletedAt":"2026-11-23T09:30:00.000Z","reason":"user_requested"}\n{"subjectHash":"${'b'.repeat(64)}","deletedAt":"yesterday","reason":"user_requested"}\n`,
      'Line 2 is not a valid tombstone',
    ],
  ])('refuses %s before it changes anything', async (_what, content, message) => {
    const before = await snapshot(api.db);
    const { code, stdout, stderr } = await run('tombstones.js replay', await keep('given.ndjson', content));
    expect([code, stdout]).toEqual([EXIT_DATA, '']);
    expect(stderr).toContain(message);
    expect(await snapshot(api.db)).toEqual(before);
  });

  it('prints its usage', async () => {
    for (const wrong of ['', 'import', 'export replay']) {
      const { code, stderr } = await run(`tombstones.js ${wrong}`);
      expect([code, stderr]).toEqual([EXIT_USAGE, expect.stringContaining('tombstones export')]);
    }
  });
});

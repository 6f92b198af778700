import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { freePort } from '../../scripts/port.ts';
import { parseConfig } from '../../src/config/config.js';
import { environmentSchema } from '../../src/config/environment.js';
import { freshEnvironment, startChild } from '../support/child.js';
import { testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** A valid configuration. */
const VALID = {
  MONGODB_URI: 'mongodb://127.0.0.1/roavelo?replicaSet=rs0',
  CLERK_SECRET_KEY: 'sk_test_0123456789',
  CLERK_ISSUER: 'https://clerk.example.com',
  CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

/** With MongoDB's default election timeout of ten seconds. */
const MAX_ELECTION_SECONDS = 15;
/** The deadline of `/health/ready` for MongoDB. */
const READY_DEADLINE_SECONDS = 2;

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

/** The variables of the service in the tables of docs/configuration.md. */
const [serviceTables = ''] = read('docs/configuration.md').split('\n## Outside of the service');
const VARIABLES = [...serviceTables.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name);
const { shutdownGraceMs } = parseConfig(VALID);
/** All variables of the configuration. */
const environmentNames = Object.keys(environmentSchema.shape);

describe('deploy/compose.yaml and compose.yaml', () => {
  interface Service {
    environment?: Record<string, unknown>;
    stop_grace_period?: string;
    read_only?: boolean;
    volumes?: string[];
  }
  it.each(['compose.yaml', 'deploy/compose.yaml'])(
    '%s: known variables, enough time to stop, existing files',
    (file) => {
      const { services } = parse(read(file), { merge: true }) as { services: Record<string, Service> };
      const instances = Object.entries(services).filter(([name]) => name.startsWith('api'));
      expect(instances.length).toBeGreaterThan(0);
      for (const [, service] of instances) {
        expect(Object.keys(service.environment ?? {}).filter((name) => !VARIABLES.includes(name))).toEqual(
          [],
        );
        expect(Number.parseInt(service.stop_grace_period ?? '0') * 1000).toBeGreaterThan(shutdownGraceMs);
        expect(service.read_only).toBe(true);
      }
      const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes);
      for (const volume of mounted.filter((each) => each.startsWith('.'))) {
        expect(existsSync(path.resolve(root, path.dirname(file), volume.split(':')[0] ?? ''))).toBe(true);
      }
    },
  );
});

it.each([
  ['compose.yaml', 'api'],
  ['deploy/compose.yaml', 'api-1'],
])('%s passes all variables, except those that the image or the port sets', (file, name) => {
  const { services } = parse(read(file), { merge: true }) as {
    services: Record<string, { environment: object }>;
  };
  const passed = Object.keys(services[name]?.environment ?? {});
  const settled = ['NODE_ENV', 'HOST', 'PORT'];
  const known = environmentNames.filter((name) => name !== 'CLERK_WEBHOOK_SECRET');
  expect(known.filter((name) => !passed.includes(name) && !settled.includes(name))).toEqual([]);
});

it("the image is labelled with package.json's version, and both Compose files build it with a commit", () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(read('Dockerfile')).toContain(`org.opencontainers.image.version="${version}"`);
  for (const [file, name] of [
    ['compose.yaml', 'api'],
    ['deploy/compose.yaml', 'api-1'],
  ] as const) {
    const { services } = parse(read(file), { merge: true }) as {
      services: Record<string, { build: { args: Record<string, string> } }>;
    };
    expect(services[name]?.build.args).toEqual({ COMMIT: '${COMMIT:-unknown}' });
  }
});

it('docs/configuration.md names every variable', () => {
  expect(environmentNames.filter((name) => !VARIABLES.includes(name))).toEqual([]);
});

describe('compose.yaml with the profile local', () => {
  it('needs no keys: the local Clerk and the API work with those of the file', async () => {
    const keys = dotenv(read('deploy/local-clerk.env'));
    const { services } = parse(read('compose.yaml')) as {
      services: Record<
        string,
        { profiles?: string[]; environment: Record<string, string | null>; ports: string[] }
      >;
    };
    const { api: ours, clerk } = services;
    expect([ours?.profiles, clerk?.profiles]).toEqual([undefined, ['local']]);
    // It gives tokens to any caller: only this machine may reach it.
    expect(clerk?.ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    const port = await freePort();
    const here = (text: string) =>
      text.replaceAll('4010', String(port)).replace('http://clerk:', 'http://127.0.0.1:');
    const values = (environment: Record<string, string | null> = {}) =>
      Object.fromEntries(
        Object.entries(environment).flatMap(([name, value]) => {
          const given =
            value === null
              ? keys[name]
              : value.replace(/\$\{(\w+)[^}]*\}/g, (_, key: string) => keys[key] ?? '');
          return given === undefined ? [] : [[name, here(given)]];
        }),
      );
    const child = startChild(process.execPath, ['packages/clerk-local/src/cli/bin.ts'], {
      cwd: root,
      env: freshEnvironment({
        ...values(clerk?.environment),
        CLERK_LOCAL_PORT: String(port),
        CLERK_LOCAL_DATA: '',
        CLERK_LOCAL_LISTEN: '127.0.0.1',
      }),
    });
    await child.until(/The local Clerk is at/);
    const publishable = Buffer.from(
      (keys['CLERK_PUBLISHABLE_KEY'] ?? '').replace('pk_test_', ''),
      'base64',
    ).toString();
    expect(publishable).toBe('127.0.0.1:4010$');
    const inContainer = await startTestApp({
      ...values(ours?.environment),
      CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from(here(publishable)).toString('base64').replaceAll('=', '')}`,
      MONGODB_URI: testDatabaseUri(),
    });
    const created = await fetch(`http://127.0.0.1:${port}/_local/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ first_name: 'Ann' }),
    });
    const { id } = (await created.json()) as { id: string };
    const { token } = (await (await fetch(`http://127.0.0.1:${port}/_local/users/${id}/token`)).json()) as {
      token: string;
    };
    expect(await inContainer.withToken(token).get('/users/me')).toMatchObject({
      clerkId: id,
      firstName: 'Ann',
    });
    await inContainer.close();
    child.signalGroup('SIGTERM');
    expect((await child.exit).code).toBe(0);
  });

  it('the local Clerk refuses production, and host names that are not configured', async () => {
    const start = (more: Record<string, string>) =>
      startChild(process.execPath, ['packages/clerk-local/src/cli/bin.ts'], {
        cwd: root,
        env: freshEnvironment(more),
      });
    const refused = await start({ NODE_ENV: 'production' }).exit;
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('never run it in production'),
    ]);
    const port = await freePort();
    const child = start({ CLERK_LOCAL_PORT: String(port), CLERK_LOCAL_NAMES: 'clerk' });
    await child.until(/The local Clerk is at/);
    expect([await statusFor(port, `clerk:${port}`), await statusFor(port, `evil.example:${port}`)]).toEqual([
      200, 403,
    ]);
    child.signalGroup('SIGTERM');
    await child.exit;
  });
});

/** The status of a request with this `Host`, which `fetch` can't set. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/_local/users', headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** Names and values of an environment file. */
function dotenv(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

describe('.env.example', () => {
  const example = dotenv(read('.env.example'));
  const OF_COMPOSE = ['BIND', 'RUNBOOKS_URL', 'GRAFANA_PASSWORD'];

  it('contains the variables of the Compose files, and no unknown ones', () => {
    const asked = ['compose.yaml', 'deploy/compose.yaml'].flatMap((file) =>
      [...read(file).matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name),
    );
    expect(asked.filter((name) => !(name in example) && name !== 'COMMIT')).toEqual([]);
    expect(
      Object.keys(example).filter((name) => !VARIABLES.includes(name) && !OF_COMPOSE.includes(name)),
    ).toEqual([]);
  });

  it('stops the start and names the variables that have to be filled in', () => {
    const { MONGODB_URI } = VALID;
    let problems: readonly string[] = [];
    try {
      parseConfig({ ...example, MONGODB_URI });
    } catch (error) {
      problems = (error as { problems: readonly string[] }).problems;
    }
    const named = new Set(problems.map((problem) => problem.split(' ')[0]));
    expect([...named].sort()).toEqual([
      'CLERK_PUBLISHABLE_KEY',
      'CLERK_SECRET_KEY',
      'CLERK_WEBHOOK_SIGNING_SECRET',
    ]);
  });
});

describe('docs/operations.md, "With Compose, in six commands"', () => {
  it('are six; those without Docker create the files of the others', async () => {
    const [, block = ''] =
      /## With Compose, in six commands[^]*?```sh\n([^]*?)```/.exec(read('docs/operations.md')) ?? [];
    const commands = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(commands).toHaveLength(6);
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-six-'));
    await cp(path.join(root, '.env.example'), path.join(folder, '.env.example'));
    await mkdir(path.join(folder, 'deploy'));
    for (const command of commands.filter((each) => !/docker|curl|EDITOR/.test(each)))
      await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder });
    const made = dotenv(await readFile(path.join(folder, 'deploy/.env'), 'utf8'));
    const token = await readFile(path.join(folder, 'deploy/metrics_token'), 'utf8');
    await rm(folder, { recursive: true });
    expect(token).toBe(made['METRICS_TOKEN']);
    expect(parseConfig({ ...VALID, METRICS_TOKEN: made['METRICS_TOKEN'] }).metricsToken).toBe(token);
  });
});

describe('deploy/kubernetes/roavelo.yaml', () => {
  it('has known variables, working probes, time to stop, no root, and a read-only file system', async () => {
    const [deployment] = parseAllDocuments(read('deploy/kubernetes/roavelo.yaml')).map(
      (each) => each.toJS() as { spec: { template: { spec: Pod } } },
    );
    interface Probe {
      httpGet: { path: string };
      periodSeconds: number;
      timeoutSeconds?: number;
      failureThreshold: number;
    }
    interface Pod {
      terminationGracePeriodSeconds: number;
      securityContext: { runAsNonRoot: boolean };
      containers: {
        env: { name: string; value: string }[];
        startupProbe: Probe;
        livenessProbe: Probe;
        readinessProbe: Probe;
        securityContext: { readOnlyRootFilesystem: boolean };
      }[];
    }
    const pod = deployment?.spec.template.spec;
    const container = pod?.containers[0];
    if (pod === undefined || container === undefined) throw new Error('No pod');
    const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    expect(Object.keys(environment).filter((name) => !VARIABLES.includes(name))).toEqual([]);
    const config = parseConfig({ ...VALID, ...environment });
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(config.shutdownGraceMs);
    for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect((await api.anonymous.request('GET', `/${httpGet.path}`)).status).toBe(200);
    }
    // An election must not take all pods out of service.
    const { periodSeconds, timeoutSeconds = 1, failureThreshold } = container.readinessProbe;
    expect((failureThreshold - 1) * periodSeconds).toBeGreaterThan(MAX_ELECTION_SECONDS);
    expect(timeoutSeconds).toBeGreaterThan(READY_DEADLINE_SECONDS);
    // A probe that asks MongoDB must not restart a pod.
    expect(container.livenessProbe.httpGet.path).toBe('/health/live');
    expect(container.startupProbe.httpGet.path).toBe('/health/live');
    expect([pod.securityContext.runAsNonRoot, container.securityContext.readOnlyRootFilesystem]).toEqual([
      true,
      true,
    ]);
  });
});

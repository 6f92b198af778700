import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { findProgram } from '../../scripts/apt.ts';
import { freePort } from '../../scripts/port.ts';
import { parseConfig } from '../../src/config/config.js';
import { environmentSchema } from '../../src/config/environment.js';
import { freshEnvironment, startChild } from '../support/child.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { metricsNamedIn } from '../support/promql.js';
import { testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Alert {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook_url: string };
}
interface Panel {
  title: string;
  type: string;
  description?: string;
  targets?: { expr: string; legendFormat: string }[];
}

const alerts = (
  parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] }
).groups.flatMap(({ rules }) => rules);
const { panels } = JSON.parse(read('deploy/grafana/roavelo.json')) as { panels: Panel[] };
const graphs = panels.filter(({ type }) => type !== 'row');

/** A configuration that works. */
const VALID = {
  MONGODB_URI: 'mongodb://127.0.0.1/roavelo?replicaSet=rs0',
  CLERK_SECRET_KEY: 'sk_test_0123456789',
  CLERK_ISSUER: 'https://clerk.example.com',
  CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

/** With MongoDB's default of ten seconds until a primary counts as lost. */
const MAX_ELECTION_SECONDS = 15;
/** What `/health/ready` gives MongoDB. */
const READY_DEADLINE_SECONDS = 2;

/** What Prometheus adds to every series. */
const ADDED = ['job', 'instance'];
/** Metrics of Prometheus itself. */
const OF_PROMETHEUS = ['up'];

let api: TestApp;
/** The label names of each metric there is, as Prometheus stores it. */
let known: Map<string, Set<string>>;

beforeAll(async () => {
  // What a scrape shows only once it has happened is made to happen.
  api = await startTestApp({ USER_SYNC_ROLLBACK: 'false', RATE_LIMIT_MAX: '20' });
  await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
  await (await api.signUp({ first_name: 'Refused' })).request('GET', '/users/me');
  const ann = await api.join();
  const event = { type: 'user.updated', data: api.clerk.getUser(ann.clerkId), timestamp: Date.now() };
  const body = JSON.stringify(event);
  const signed = await api.anonymous.request('POST', '/webhooks/clerk', {
    body,
    headers: { ...api.clerk.signWebhook(body) },
  });
  expect(signed.status).toBe(200);
  let status = 200;
  while (status !== 429) ({ status } = await api.anonymous.request('GET', '/countries'));
  const { body: text } = await api.anonymous.request('GET', '//metrics');
  known = seriesIn(String(text));
});
afterAll(() => api.close());

function seriesIn(text: string): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    series.set(name, new Set([...(series.get(name) ?? []), ...names]));
  }
  return series;
}

/** What a query names that doesn't exist. */
function unknownIn(query: string, more: string[] = []): string[] {
  return metricsNamedIn(query).flatMap(({ metric, labels }) => {
    if (OF_PROMETHEUS.includes(metric)) return [];
    const there = known.get(metric);
    if (there === undefined) return [metric];
    return [...labels, ...more]
      .filter((label) => !there.has(label) && !ADDED.includes(label))
      .map((label) => `${metric}{${label}}`);
  });
}

describe('deploy/grafana/roavelo.json', () => {
  it.each(graphs)(
    '$title: metrics and labels that exist, and a description',
    ({ targets = [], description }) => {
      expect(description).toMatch(/\S/);
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr, legendFormat } of targets) {
        const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        expect(unknownIn(expr, legend)).toEqual([]);
      }
    },
  );
});

describe('deploy/prometheus/alerts.yml', () => {
  it.each(alerts)('$alert: metrics and labels that exist, and a runbook', ({ expr, annotations }) => {
    expect(metricsNamedIn(expr).length).toBeGreaterThan(0);
    expect(unknownIn(expr)).toEqual([]);
    const [, anchor = ''] = runbookOf(annotations.runbook_url, '').split('#');
    expect(runbookOf(annotations.runbook_url, '')).toBe(`docs/operations.md#${anchor}`);
    expect(runbookOf(annotations.runbook_url, RUNBOOKS)).toBe(`${RUNBOOKS}#${anchor}`);
    const headings = [...read('docs/operations.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase(),
    );
    expect(headings).toContain(anchor);
  });
});

/** Where the scenarios' Prometheus has it that operators read them. */
const RUNBOOKS = 'https://docs.example.com/operations.md';

/** What Prometheus makes of the address, which is a link once it knows where runbooks are read. */
function runbookOf(template: string, runbooks: string): string {
  const [, before = '', set = '', unset = '', after = ''] =
    /^(.*)\{\{ with \$externalLabels\.runbooks \}\}(.*)\{\{ else \}\}(.*)\{\{ end \}\}(.*)$/.exec(template) ??
    [];
  return `${before}${runbooks === '' ? unset : set.replace('{{ . }}', runbooks)}${after}`;
}

interface Scenarios {
  tests: {
    external_labels?: Record<string, string>;
    alert_rule_test: { alertname: string; exp_alerts: { exp_annotations?: object }[] }[];
  }[];
}

describe('the alerts, by promtool', () => {
  let promtool: string;
  let folder: string;
  const scenarios = parse(read('test/operations/prometheus/alerts.test.yml')) as Scenarios;
  const cases = scenarios.tests.flatMap((each) => each.alert_rule_test);
  beforeAll(async () => {
    promtool = await findProgram('promtool', 'prometheus');
    folder = await mkdtemp(path.join(tmpdir(), 'roavelo-alerts-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('each has a scenario in which it fires, and one in which it does not', () => {
    const names = alerts.map(({ alert }) => alert).sort();
    const named = (fires: boolean) =>
      new Set(
        cases.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map((each) => each.alertname),
      );
    expect([...named(true)].sort()).toEqual(names);
    expect([...named(false)].sort()).toEqual(names);
  });

  it('fire when they should, already at the first of what is counted, and not else', async () => {
    const annotations = new Map(
      alerts.map(({ alert, annotations: { summary, runbook_url } }) => [
        alert,
        { summary, runbook_url: runbookOf(runbook_url, RUNBOOKS) },
      ]),
    );
    for (const each of scenarios.tests) each.external_labels = { runbooks: RUNBOOKS };
    for (const { alertname, exp_alerts } of cases)
      for (const expected of exp_alerts) expected.exp_annotations = annotations.get(alertname) ?? {};
    const rules = path.join(root, 'deploy/prometheus/alerts.yml');
    const file = path.join(folder, 'alerts.test.yml');
    await writeFile(file, stringify({ ...scenarios, rule_files: [rules] }));
    // What it finds is in the error's message.
    await promisify(execFile)(promtool, ['check', 'rules', rules]);
    await promisify(execFile)(promtool, ['test', 'rules', file]);
  });

  it('counters that they watch begin at zero: Prometheus sees no increase up to a first sample', async () => {
    const fresh = await startTestApp();
    const { body } = await fresh.anonymous.request('GET', '//metrics');
    await fresh.close();
    const watched = alerts.flatMap(({ expr }) => [...expr.matchAll(/increase\((\w+)(?:\{(.*?)\})?\[/g)]);
    expect(watched.length).toBeGreaterThan(5);
    for (const [, name = '', labels = ''] of watched) {
      const lines = String(body).split('\n');
      expect(
        lines.filter((line) => line.startsWith(name) && (labels.includes('!') || line.includes(labels))),
      ).not.toEqual([]);
    }
  });
});

/** The variables of the service in the tables of docs/configuration.md. */
const [serviceTables = ''] = read('docs/configuration.md').split('\n## Outside of the service');
const VARIABLES = [...serviceTables.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name);
const { shutdownGraceMs } = parseConfig(VALID);
/** What the configuration reads. */
const environmentNames = Object.keys(environmentSchema.shape);

describe('deploy/compose.yaml and compose.yaml', () => {
  interface Service {
    environment?: Record<string, unknown>;
    stop_grace_period?: string;
    read_only?: boolean;
    volumes?: string[];
  }
  it.each(['compose.yaml', 'deploy/compose.yaml'])(
    '%s: known variables, time to stop, files that exist',
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
])('%s passes every variable on, but those that the image or the port settles', (file, name) => {
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

describe('the jobs that keep tombstones', () => {
  /** Runs a command of a job in a build, as it stands in the file, but for the folder. */
  async function runJob(command: string[], folder: string): Promise<string> {
    const [program = '', ...args] = command.map((word) =>
      word.replace(/(?<=^| )\/tombstones(?=$|[ ;])/, folder),
    );
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: project.folder,
      env: {
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
        MONGODB_URI: api.config.mongodbUri,
      },
    });
    return stdout;
  }
  let project: ProjectCopy;
  beforeAll(async () => {
    project = await copyProject();
    await project.build();
    const tombstone = { subjectHash: 'f'.repeat(64), deletedAt: new Date(), reason: 'user_requested' };
    await api.db.collection('deletedUsers').insertOne(tombstone);
  }, 120_000);
  afterAll(() => project.remove());

  it('in Kubernetes: a file of the day, whole; one user without root, and a volume that they may write to', async () => {
    interface Job {
      kind: string;
      spec: {
        schedule: string;
        jobTemplate: {
          spec: { template: { spec: { securityContext: object; containers: { command: string[] }[] } } };
        };
      };
    }
    const [job] = parseAllDocuments(read('deploy/kubernetes/tombstones.yaml')).map(
      (each) => each.toJS() as Job,
    );
    expect(job?.kind).toBe('CronJob');
    expect(job?.spec.schedule).toMatch(/^\d+ \d+ \* \* \*$/);
    const pod = job?.spec.jobTemplate.spec.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, fsGroup: 1000 });
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-tombstones-'));
    for (const _night of [1, 2]) await runJob(pod?.containers[0]?.command ?? [], folder);
    const [file = '', ...others] = await readdir(folder);
    expect([file, others]).toEqual([expect.stringMatching(/^tombstones-\d{4}-\d\d-\d\d\.ndjson$/), []]);
    const lines = (await readFile(path.join(folder, file), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toContainEqual([
      'subjectHash',
      'deletedAt',
      'reason',
    ]);
    await rm(folder, { recursive: true });
  });

  it('in Compose: the same command, each day; a failed one leaves nothing behind and is told', async () => {
    const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
      services: Record<string, { command: string[]; read_only: boolean; volumes: string[] }>;
    };
    const job = services['tombstones'];
    expect(job).toMatchObject({ read_only: true, volumes: ['tombstones:/tombstones'] });
    const [shell, flag, script = ''] = job?.command ?? [];
    expect(script).toContain('sleep 86400');
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-tombstones-'));
    // Once instead of for ever.
    const once = script.replace('while :; do ', '').replace(/; sleep 86400; done$/, '');
    await runJob([shell ?? '', flag ?? '', once], folder);
    expect(await readdir(folder)).toHaveLength(1);
    await rm(folder, { recursive: true });
    await expect(runJob([shell ?? '', flag ?? '', once], folder)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/can't be written into .*: ENOENT\.\n$/),
    });
  });
});

describe('compose.yaml with the profile local', () => {
  it('needs no keys: the Clerk of the profile and the API work with what the file has', async () => {
    const keys = dotenv(read('deploy/local-clerk.env'));
    const { services } = parse(read('compose.yaml')) as {
      services: Record<
        string,
        { profiles?: string[]; environment: Record<string, string | null>; ports: string[] }
      >;
    };
    const { api: ours, clerk } = services;
    expect([ours?.profiles, clerk?.profiles]).toEqual([undefined, ['local']]);
    // It hands out tokens: nothing but this machine may reach it.
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
    const child = startChild(process.execPath, ['packages/clerk-local/src/main.ts'], {
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

  it('the local Clerk refuses production, and names that it was not given', async () => {
    const start = (more: Record<string, string>) =>
      startChild(process.execPath, ['packages/clerk-local/src/main.ts'], {
        cwd: root,
        env: freshEnvironment(more),
      });
    const refused = await start({ NODE_ENV: 'production' }).exit;
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('never in production')]);
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

/** What a request under this name is answered with; `fetch` doesn't let one choose it. */
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

  it('names what the Compose files ask for, and nothing that does not exist', () => {
    const asked = ['compose.yaml', 'deploy/compose.yaml'].flatMap((file) =>
      [...read(file).matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name),
    );
    expect(asked.filter((name) => !(name in example) && name !== 'COMMIT')).toEqual([]);
    expect(
      Object.keys(example).filter((name) => !VARIABLES.includes(name) && !OF_COMPOSE.includes(name)),
    ).toEqual([]);
  });

  it('as it stands, stops the start and says what is still to be filled in', () => {
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
  it('are six, and those that need no Docker make the files that the others need', async () => {
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
  it('has known variables, probes that answer, and time to stop; runs without root on a read-only file system', async () => {
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
    // All pods fail together during an election.
    const { periodSeconds, timeoutSeconds = 1, failureThreshold } = container.readinessProbe;
    expect((failureThreshold - 1) * periodSeconds).toBeGreaterThan(MAX_ELECTION_SECONDS);
    expect(timeoutSeconds).toBeGreaterThan(READY_DEADLINE_SECONDS);
    // What asks MongoDB must not restart anything.
    expect(container.livenessProbe.httpGet.path).toBe('/health/live');
    expect(container.startupProbe.httpGet.path).toBe('/health/live');
    expect([pod.securityContext.runAsNonRoot, container.securityContext.readOnlyRootFilesystem]).toEqual([
      true,
      true,
    ]);
  });
});

it('a query that names what does not exist is found, and one that is none', () => {
  expect(unknownIn('sum by (colour) (rate(http_requests_total[5m]))')).toEqual(['http_requests_total']);
  expect(unknownIn('sum by (colour) (rate(rate_limited_total[5m]))')).toEqual(['rate_limited_total{colour}']);
  expect(unknownIn('rate_limited_total{colour="red"} > 0 and up{scope="address"} > 0')).toEqual([
    'rate_limited_total{colour}',
  ]);
  expect(() => metricsNamedIn('sum(')).toThrow('No PromQL');
});

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { findProgram } from '../scripts/apt.ts';
import { parseConfig } from '../src/config/config.js';
import { environmentSchema } from '../src/config/environment.js';
import { metricsNamedIn } from './support/promql.js';
import { startTestApp, type TestApp } from './support/test-app.js';

const root = path.resolve(import.meta.dirname, '..');
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
const LONGEST_ELECTION_SECONDS = 15;
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
    const [file = '', anchor = ''] = annotations.runbook_url.split('#');
    expect(existsSync(path.join(root, file))).toBe(true);
    const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    expect(headings).toContain(anchor);
  });
});

interface Scenarios {
  tests: { alert_rule_test: { alertname: string; exp_alerts: { exp_annotations?: object }[] }[] }[];
}

describe('the alerts, by promtool', () => {
  let promtool: string;
  let folder: string;
  const scenarios = parse(read('test/prometheus/alerts.test.yml')) as Scenarios;
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
    const annotations = new Map(alerts.map((alert) => [alert.alert, alert.annotations]));
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

/** What the README's table names. */
const VARIABLES = [...read('README.md').matchAll(/^\| (`[A-Z_`, ]+`)/gm)].flatMap(([, names = '']) =>
  [...names.matchAll(/[A-Z_]+/g)].map(([name]) => name),
);
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

it("the README's table names every variable", () => {
  expect(
    environmentNames.filter((name) => name !== 'CLERK_WEBHOOK_SECRET' && !VARIABLES.includes(name)),
  ).toEqual([]);
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
    expect((failureThreshold - 1) * periodSeconds).toBeGreaterThan(LONGEST_ELECTION_SECONDS);
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

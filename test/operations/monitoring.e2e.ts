import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { findProgram } from '../../scripts/apt.ts';
import { metricsNamedIn } from '../support/promql.js';
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

/** Labels that Prometheus adds to every series. */
const ADDED = ['job', 'instance'];
/** Metrics of Prometheus itself. */
const OF_PROMETHEUS = ['up'];

let api: TestApp;
/** The label names of each metric, as Prometheus stores it. */
let known: Map<string, Set<string>>;

beforeAll(async () => {
  // Events after which their metrics appear in a scrape.
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
  for (let n = 0; n < 25; n++) await api.anonymous.request('GET', '/countries');
  expect((await api.anonymous.request('GET', '/countries')).status).toBe(429);
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

/** Metrics and labels in a query that don't exist. */
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
    '$title: existing metrics and labels, and a description',
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
  it.each(alerts)('$alert: existing metrics and labels, and a runbook', ({ expr, annotations }) => {
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

/** The label `runbooks` of Prometheus in the scenarios. */
const RUNBOOKS = 'https://docs.example.com/operations.md';

/** Expands the template of an address: a link when Prometheus has the label `runbooks`. */
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

describe('the alerts, run by promtool', () => {
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

  it('fire as expected, already at the first increase of a counter', async () => {
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
    // The message of the error contains the findings.
    await promisify(execFile)(promtool, ['check', 'rules', rules]);
    await promisify(execFile)(promtool, ['test', 'rules', file]);
  });

  it('watch counters that start at zero: without a first sample Prometheus sees no increase', async () => {
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

it('unknown metrics and labels in a query are found, and malformed queries', () => {
  expect(unknownIn('sum by (colour) (rate(http_requests_total[5m]))')).toEqual(['http_requests_total']);
  expect(unknownIn('sum by (colour) (rate(rate_limited_total[5m]))')).toEqual(['rate_limited_total{colour}']);
  expect(unknownIn('rate_limited_total{colour="red"} > 0 and up{scope="address"} > 0')).toEqual([
    'rate_limited_total{colour}',
  ]);
  expect(() => metricsNamedIn('sum(')).toThrow('No PromQL');
});

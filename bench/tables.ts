import { JOB_NAMES, type JobName, JOBS } from './jobs.ts';
import { type ServerName, SERVERS } from './servers.ts';
import type { Latency, Sample } from './window.ts';

/** What a run has measured; kept as JSON. */
export interface Results {
  machine: string;
  /** RSS of the service. */
  megabytes: { idle: number; loaded: number };
  /** The windows of each job, by connections and server. */
  windows: Partial<Record<JobName, Partial<Record<number, Partial<Record<ServerName, Sample[]>>>>>>;
  fixedRate: Partial<Record<JobName, Partial<Record<ServerName, Latency>>>>;
}

export const USUAL_CONNECTIONS = 64;
/** same-work ÷ naive at 64 connections, by which both floors prove to be what they claim to be. */
const EXPECTED_FLOORS: Partial<Record<JobName, number>> = { me: 0.25, put: 1.8, list: 0.44 };
const TOLERANCE = 1.2;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const medianOf = (samples: readonly Sample[] | undefined, field: keyof Sample): number =>
  median((samples ?? []).map((sample) => sample[field]));

/** The CPU of the server per request at 64 connections. */
export function cost({ windows }: Results, job: JobName, server: ServerName): number {
  const { [USUAL_CONNECTIONS]: servers = {} } = windows[job] ?? {};
  return medianOf(servers[server], 'server');
}

/** Why the run does not count; empty when it does, or has not measured both floors. */
export function floorsOutOfRange(results: Results): string[] {
  return (Object.entries(EXPECTED_FLOORS) as [JobName, number][]).flatMap(([job, expected]) => {
    const ratio = cost(results, job, 'same-work') / cost(results, job, 'naive');
    const limit = expected * TOLERANCE;
    return !(ratio > limit)
      ? []
      : [`${JOBS[job].title}: same work ÷ naive is ${ratio.toFixed(2)}, above ${limit.toFixed(2)}`];
  });
}

/** The section of bench/RESULTS.md. @param plots Markdown that shows them */
export function section(results: Results, plots: string): string {
  return `# What a request costs

${results.machine}. CPU per request by the processes' own accounting; commands by mongod's counters; closed loop by wrk; 200 users with lists of 50. Medians of windows in turns; in parentheses the smallest and the largest. Made by \`npm run bench:full\`; [how to read it](README.md).

${floorsOutOfRange(results)
  .map((each) => `**These figures do not count.** ${each}.\n\n`)
  .join('')}${summary(results)}
${plots}

${JOB_NAMES.filter((job) => job !== 'alone')
  .flatMap((job) => costTables(results, job))
  .join('\n')}`;
}

/** Everything but the tables of single jobs. */
export function summary(results: Results): string {
  const { idle, loaded } = results.megabytes;
  const memory = `RSS of the service: ${idle.toFixed(0)} MB idle, ${loaded.toFixed(0)} MB after a run's load.\n`;
  return [overview(results), memory, layerTable(results), fixedRateTable(results)].filter(Boolean).join('\n');
}

function overview(results: Results): string {
  const jobs = (['me', 'put', 'list', 'webhook'] as const).filter((job) => results.windows[job]);
  const rows = (Object.keys(SERVERS) as ServerName[])
    .filter((server) => jobs.some((job) => !Number.isNaN(cost(results, job, server))) && server !== 'node')
    .map((server) => {
      const cells = jobs.map((job) => {
        const own = cost(results, job, server);
        const naive = cost(results, job, job === 'webhook' ? 'naive-transaction' : 'naive');
        return Number.isNaN(own) ? '' : `${own.toFixed(0)} (${ratio(own, naive)})`;
      });
      return row([SERVERS[server], ...cells]);
    });
  if (rows.length === 0) return '';
  return `CPU of the server in µs per request at ${USUAL_CONNECTIONS} connections; in parentheses ÷ the naive floor (of the webhook, the one with a transaction):

${heading(['server', ...jobs.map((job) => JOBS[job].title)])}
${rows.join('\n')}
`;
}

/** A table for each number of connections. */
export function costTables({ windows }: Results, job: JobName): string[] {
  return Object.entries(windows[job] ?? {}).map(([connections, servers = {}]) => {
    const rows = (Object.entries(servers) as [ServerName, Sample[]][]).map(([name, samples]) => {
      const own = medianOf(samples, 'server');
      const costs = samples.map(({ server }) => server);
      return row([
        SERVERS[name],
        `${own.toFixed(0)} (${Math.min(...costs).toFixed(0)}–${Math.max(...costs).toFixed(0)})`,
        ratio(own, medianOf(servers.naive ?? servers.node, 'server')),
        ratio(own, medianOf(servers['same-work'], 'server')),
        medianOf(samples, 'mongod').toFixed(0),
        medianOf(samples, 'commands').toFixed(2),
        medianOf(samples, 'requestsPerSecond').toFixed(0),
        medianOf(samples, 'p50').toFixed(2),
        medianOf(samples, 'p99').toFixed(2),
      ]);
    });
    const floor = servers.node === undefined ? '÷ naive' : '÷ node:http';
    const count = Math.max(...Object.values(servers).map((samples) => samples.length));
    return `## ${JOBS[job].title}, ${connections === '1' ? '1 connection' : `${connections} connections`}

${heading(['server', 'CPU µs', floor, '÷ same work', 'mongod µs', 'commands', 'requests/s', 'p50 ms', 'p99 ms'])}
${rows.join('\n')}

Medians of ${count} windows.
`;
  });
}

function layerTable(results: Results): string {
  if (results.windows.alone === undefined) return '';
  const steps = ['node', 'fastify', 'nest-alone'] as const;
  const whole = cost(results, 'me', 'service');
  const rows = steps.map((name, index) => {
    const own = cost(results, 'alone', name);
    const before = index === 0 ? 0 : cost(results, 'alone', steps[index - 1] ?? 'node');
    const share = Number.isNaN(whole) ? '–' : `${((100 * (own - before)) / whole).toFixed(0)} %`;
    return row([SERVERS[name], own.toFixed(0), (own - before).toFixed(0), share]);
  });
  return `## The HTTP layers alone

The answer of \`GET /users/me\` as a constant, ${USUAL_CONNECTIONS} connections; the share is that of the service's \`GET /users/me\`.

${heading(['server', 'CPU µs', 'adds', 'share'])}
${rows.join('\n')}
`;
}

function fixedRateTable({ fixedRate }: Results): string {
  const rows = (Object.entries(fixedRate) as [JobName, Partial<Record<ServerName, Latency>>][]).flatMap(
    ([job, servers]) =>
      (Object.entries(servers) as [ServerName, Latency][]).map(([name, { perSecond, p50, p99, longest }]) =>
        row([
          JOBS[job].title,
          SERVERS[name],
          String(perSecond),
          p50.toFixed(2),
          p99.toFixed(2),
          (p99 / p50).toFixed(1),
          longest.toFixed(1),
        ]),
      ),
  );
  if (rows.length === 0) return '';
  return `## At 60 % of saturation

A fixed rate on ${USUAL_CONNECTIONS} connections; latencies count from when a request was due, also of requests that wait for a connection.

${heading(['job', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'p99 ÷ p50', 'longest ms'])}
${rows.join('\n')}
`;
}

const ratio = (value: number, floor: number) => (Number.isNaN(floor) ? '–' : (value / floor).toFixed(2));
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const heading = (cells: readonly string[]) => `${row(cells)}\n|${'---|'.repeat(cells.length)}`;

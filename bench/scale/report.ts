import type { JobCost } from './background.ts';
import type { Storage } from './load.ts';
import { faultOf, type Step } from './plans.ts';
import type { Size } from './population.ts';

/** Medians of the windows: CPU µs of the service and of mongod, ms of the caller. */
export interface Measured {
  service: number;
  mongod: number;
  p50: number;
  steps: Step[];
}

export interface Scale {
  node: string;
  mongod: string;
  cacheGiB: number;
  windows: number;
  small: Size;
  large: Size;
  starFollowers: { small: number; large: number };
  operations: { name: string; small: Measured; large: Measured }[];
  jobs: { small: JobCost[]; large: JobCost[] };
  storage: Record<string, Storage>;
  /** Seconds to insert each collection of the large population, and to make all indexes. */
  loaded: Record<string, number>;
}

const ALLOWED_RATIO = 1.5;

/** The larger population's cost by that of the smaller one: CPU of both processes. */
export const ratioOf = ({ small, large }: Scale['operations'][number]) =>
  (large.service + large.mongod) / (small.service + small.mongod);

/** Steps that don't read by an index what they return; of both populations, each once. */
export const faultsOf = ({ small, large }: Scale['operations'][number]) => [
  ...new Set([...small.steps, ...large.steps].map(faultOf).filter((fault) => fault !== '')),
];

const commandsOf = ({ steps }: Measured) =>
  steps.filter(({ command }) => !command.endsWith('.$unionWith')).length;

export function scaleReport(scale: Scale): string {
  const { small, large, operations, storage, jobs, loaded } = scale;
  const pair = (a: number, b: number, digits = 0) => `${a.toFixed(digits)} → ${b.toFixed(digits)}`;
  const rows = operations.map((operation) => {
    const { name, small: before, large: after } = operation;
    const ratio = ratioOf(operation);
    const notes = [...(ratio > ALLOWED_RATIO ? [`above ${ALLOWED_RATIO}`] : []), ...faultsOf(operation)];
    return `| ${name} | ${pair(before.service, after.service)} | ${pair(before.mongod, after.mongod)} | ${ratio.toFixed(2)} | ${pair(before.p50, after.p50, 2)} | ${commandsOf(after)} | ${notes.join('; ')} |`;
  });
  const plans = operations.flatMap(({ name, large: { steps } }) =>
    [...grouped(steps)].map(
      ([plan, { count, keys, docs, returned }], nth) =>
        `| ${nth === 0 ? name : ''} | ${plan.replaceAll('|', '\\|')} | ${count} | ${keys} | ${docs} | ${returned} |`,
    ),
  );
  const jobRows = jobs.large.map(({ name, plan, rows: read, perRow, fault }, index) => {
    const before = jobs.small[index];
    return `| ${name} | ${plan} | ${pair(before?.rows ?? Number.NaN, read)} | ${pair(before?.perRow ?? Number.NaN, perRow, 2)} | ${fault} |`;
  });
  const stored = Object.entries(storage).map(
    ([name, { documents, documentBytes, dataBytes, indexBytes }]) =>
      `| ${name} | ${documents.toLocaleString('en')} | ${documentBytes} | ${(dataBytes / documents).toFixed(0)} | ${(indexBytes / documents).toFixed(0)} | ${((dataBytes + indexBytes) / 2 ** 30).toFixed(2)} |`,
  );
  const count = (value: number) => value.toLocaleString('en');
  return `# A million users

Node ${scale.node}, mongod ${scale.mongod} (one member, a cache of ${scale.cacheGiB} GiB), all processes on cores that are shared. ${count(small.users)} users with ${count(small.edges)} follow edges → ${count(large.users)} with ${count(large.edges)}; the star has ${count(scale.starFollowers.small)} → ${count(scale.starFollowers.large)} followers. Each population has a process of the service; medians of ${scale.windows} windows in turns, 4 callers; what the processes spend while idle is subtracted. Ratio: CPU of both, large by small. Made by \`npm run bench:scale\`.

| operation | service, µs | mongod, µs | ratio | p50, ms | commands | |
|---|---|---|---|---|---|---|
${rows.join('\n')}

Jobs in the background, CPU of mongod:

| job | plan | rows read by a command | µs per row | |
|---|---|---|---|---|
${jobRows.join('\n')}

How mongod executed the commands of one operation at the large size, by its profiler; sums over equal commands. A list that the keys of its index answer reads no documents. The figures of a command include those of its \`$unionWith\`, which are repeated below it, by \`explain\`.

| operation | command and plan | times | keys | documents | returned |
|---|---|---|---|---|---|
${plans.join('\n')}

Storage at the large size; bytes as compressed on disk:

| collection | documents | bytes of one, uncompressed | on disk | of its indexes | GiB in all |
|---|---|---|---|---|---|
${stored.join('\n')}

Loading took ${Object.entries(loaded)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`)
    .join(', ')}.
`;
}

function grouped(steps: readonly Step[]) {
  const groups = new Map<string, Pick<Step, 'keys' | 'docs' | 'returned'> & { count: number }>();
  for (const { command, plan, keys, docs, returned } of steps) {
    const key = `${command} ${plan}`.trim();
    const sum = groups.get(key) ?? { count: 0, keys: 0, docs: 0, returned: 0 };
    groups.set(key, {
      count: sum.count + 1,
      keys: sum.keys + keys,
      docs: sum.docs + docs,
      returned: sum.returned + returned,
    });
  }
  return groups;
}

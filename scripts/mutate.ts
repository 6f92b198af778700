import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startReplicaSet } from './mongod.ts';
import { hashOf, instrument, type Mutant, read, root } from './mutation/mutants.ts';
import { plan } from './mutation/plan.ts';
import * as kept from './mutation/results.ts';
import type { FileReport, Job, Selection } from './mutation/run-tests.ts';

// `npm run test:mutation -- [files]`: finds changes of the sources that fail no test (docs/decisions/0026).
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '2' },
    /** Seconds after which a test counts as hanging: about ten times what one takes alone. */
    'test-timeout': { type: 'string', default: '20' },
    report: { type: 'boolean', default: false },
    /** Ignore the results of earlier runs. */
    fresh: { type: 'boolean', default: false },
    /** Run the mutants whose keys contain this text, also decided ones, and show which tests fail. */
    only: { type: 'string' },
  },
});

const testTimeoutMs = Number(options['test-timeout']) * 1000;
const longestRunMs = 10 * testTimeoutMs;

/** How many mutants of a source each test file has killed: the next mutant meets the best one first. */
const kills = new Map<string, number>();
/** Selections of tests that pass without a mutant. */
const proven = new Map<string, Promise<boolean>>();

const testsBySource = new Map(plan.flatMap(([sources, tests]) => sources.map((source) => [source, tests])));
const folder = mkdtempSync(path.join(tmpdir(), 'roavelo-mutants-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const all = await instrument([...testsBySource.keys()], folder);
const mutants = all.filter(
  ({ file }) => positionals.length === 0 || positionals.some((each) => file.includes(each)),
);
const equivalents = kept.equivalentsAmong(all, kept.loadEquivalents());
if (options.fresh) kept.forgetResults();
const results = validResults();

if (!options.report) await decide();
process.stdout.write(`${kept.report(mutants, results, equivalents)}\n`);

function testsOf({ file }: Mutant): readonly string[] {
  return testsBySource.get(file) ?? [];
}

/** Results of earlier runs whose source and tests have not changed since. */
function validResults(): Map<string, kept.Result> {
  const byKey = kept.loadResults();
  const valid = mutants.flatMap((mutant) => {
    const result = byKey.get(mutant.key);
    if (result === undefined) return [];
    const tests = result.status === 'killed' ? [result.file ?? ''] : testsOf(mutant);
    if (!tests.every((file) => existsSync(path.join(root, file)))) return [];
    return result.basis === kept.basisOf(mutant, tests) ? [result] : [];
  });
  return new Map(valid.map((result) => [result.key, result]));
}

async function decide(): Promise<void> {
  const { only } = options;
  const queue = mutants.filter(({ key }) => (only === undefined ? !results.has(key) : key.includes(only)));
  if (queue.length === 0) return;
  const replicaSet = await startReplicaSet();
  process.env['TEST_MONGODB_URI'] = replicaSet.uri;
  try {
    const files = [...new Set(queue.flatMap(testsOf))];
    const covered = new Map<string, FileReport>();
    await inParallel(files, async (file) => {
      covered.set(file, await coverageOf(file));
    });
    const started = performance.now();
    let done = 0;
    await inParallel(queue, async (mutant) => {
      const result = await judge(mutant, covered);
      kept.saveResult(result);
      results.set(mutant.key, result);
      const minutes = ((performance.now() - started) / 60_000).toFixed(1);
      const by = result.test === undefined ? '' : ` by ${String(result.file)}: ${result.test}`;
      process.stdout.write(`${++done}/${queue.length} ${minutes} min ${result.status} ${mutant.key}${by}\n`);
    });
  } finally {
    await replicaSet.stop();
  }
}

/** Runs `work` for each item, as many at the same time as the options say. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Number(options.concurrency) }, worker));
}

/** A test file without a mutant must pass. Cached until the file or a mutated source changes. */
async function coverageOf(file: string): Promise<FileReport> {
  const basis = hashOf(...kept.withSupport(file).map(read), ...[...testsBySource.keys()].map(read));
  const store = path.join(root, '.cache/mutation/coverage', `${path.basename(file)}.${basis}.json`);
  if (existsSync(store)) return JSON.parse(readFileSync(store, 'utf8')) as FileReport;
  const { reports, error } = await runTests([{ file }], '');
  const [report] = reports;
  if (report === undefined || report.failures.length > 0)
    throw new Error(`${file} fails without a mutant: ${error ?? JSON.stringify(report?.failures)}`);
  mkdirSync(path.dirname(store), { recursive: true });
  writeFileSync(store, JSON.stringify(report));
  process.stdout.write(`${file}: ${(report.ms / 1000).toFixed(1)} s\n`);
  return report;
}

async function judge(mutant: Mutant, covered: ReadonlyMap<string, FileReport>): Promise<kept.Result> {
  const tests = testsOf(mutant);
  const result = (status: kept.Status, rest: Partial<kept.Result> = {}): kept.Result => ({
    key: mutant.key,
    status,
    basis: kept.basisOf(mutant, rest.file === undefined ? tests : [rest.file]),
    ...rest,
  });
  const worth = (file: string) =>
    ((kills.get(`${mutant.file} ${file}`) ?? 0) + 0.5) / (covered.get(file)?.ms ?? 1);
  const selections = tests
    .flatMap((file) => selectionOf(file, mutant, covered.get(file)))
    .sort((one, other) => worth(other.file) - worth(one.file));
  if (selections.length === 0) return result('uncovered');

  const { reports, error } = await runTests(selections, mutant.id);
  if (options.only !== undefined)
    process.stdout.write(`${JSON.stringify(reports.map(withoutCoverage), null, 1)}\n`);
  for (const { file, failures } of reports) {
    const failure = failures.find(({ isTimeout }) => !isTimeout);
    if (failure === undefined) continue;
    const selection = selections.find((each) => each.file === file);
    if (selection?.tests !== undefined && !(await passesAlone(selection))) {
      throw new Error(`${file} fails without a mutant when only these run: ${selection.tests.join('; ')}`);
    }
    kills.set(`${mutant.file} ${file}`, (kills.get(`${mutant.file} ${file}`) ?? 0) + 1);
    return result('killed', { file, test: failure.test });
  }
  if (error === 'timeout' || reports.some(({ failures }) => failures.length > 0)) return result('timeout');
  return result(error === undefined ? 'survived' : 'error');
}

/** The tests of a file that reach the mutant; all of them when it is reached outside of tests. */
function selectionOf(file: string, { id }: Mutant, report: FileReport | undefined): Selection[] {
  const hits = Object.entries(report?.coverage ?? {}).filter(([, ids]) => ids.includes(id));
  if (hits.length === 0) return [];
  return [hits.some(([test]) => test === '') ? { file } : { file, tests: hits.map(([test]) => test) }];
}

/**
 * Whether a selection of tests passes without the others: otherwise a failure says nothing about a mutant.
 */
function passesAlone(selection: Selection): Promise<boolean> {
  const key = JSON.stringify(selection);
  const known = proven.get(key);
  if (known !== undefined) return known;
  const proof = runTests([selection], '').then(({ reports }) => reports[0]?.failures.length === 0);
  proven.set(key, proof);
  return proof;
}

/** Runs tests in their own process, with a mutant or (`''`) without. `error`: the process died. */
function runTests(
  selections: Selection[],
  mutantId: string,
): Promise<{ reports: FileReport[]; error?: string }> {
  const child = fork(path.join(root, 'scripts/mutation/run-tests.ts'), {
    cwd: root,
    execArgv: [
      '--import',
      path.join(root, 'scripts/mutation/hooks.ts'),
      '--disable-warning=ExperimentalWarning',
    ],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: path.join(root, '.cache/mutation/compiled'),
      MUTATION_SOURCES: folder,
      __STRYKER_ACTIVE_MUTANT__: mutantId,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const reports: FileReport[] = [];
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-2000);
  });
  child.on('message', (report: FileReport) => reports.push(report));
  const job: Job = { selections, testTimeoutMs };
  child.send(job);
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, longestRunMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      const error = isLate ? 'timeout' : code === 0 ? undefined : `exit ${String(code)}: ${printed}`;
      resolve({ reports, ...(error === undefined ? {} : { error }) });
    });
  });
}

function withoutCoverage({ file, ms, failures }: FileReport) {
  return { file, ms, failures };
}

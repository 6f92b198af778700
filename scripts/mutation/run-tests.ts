import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Circus } from '@jest/types';
import { addEventHandler, getState, resetState, run } from 'jest-circus';
import { TIMED } from './plan.ts';

/** A test file, and which of its tests to run; all of them without `tests`. */
export interface Selection {
  file: string;
  tests?: string[];
}

/** The test files of a process, run until one fails. The environment activates the mutant. */
export interface Job {
  selections: Selection[];
  testTimeoutMs: number;
}

export interface Failure {
  test: string;
  message: string;
  isTimeout: boolean;
}

/** The result of a test file, and the mutants that each test reached; `''`: outside of tests. */
export interface FileReport {
  file: string;
  ms: number;
  failures: Failure[];
  coverage: Record<string, string[]>;
}

interface Stryker {
  currentTestId?: string | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

const stryker: Stryker = ((globalThis as { __stryker__?: Stryker }).__stryker__ ??= {});
const root = path.resolve(import.meta.dirname, '../..');
/** After this many timeouts the rest of the file is skipped. */
const MAX_TIMEOUTS = 2;

let failures: Failure[] = [];
let wanted: Set<string> | undefined;

addEventHandler((event) => {
  if (event.name === 'run_start') skipUnwanted(getState().rootDescribeBlock);
  if (event.name === 'test_start') {
    if (isDecided()) event.test.mode = 'skip';
    else stryker.currentTestId = nameOf(event.test);
  }
  if (event.name === 'test_done') {
    stryker.currentTestId = undefined;
    for (const error of event.test.errors) fail(nameOf(event.test), error);
  }
});
process.on('uncaughtException', (error) => {
  fail(stryker.currentTestId ?? '', error);
});

// The run was interrupted.
process.once('disconnect', () => process.exit());
process.once('message', ({ selections, testTimeoutMs }: Job) => {
  void (async () => {
    for (const selection of selections) {
      const report = await runFile(selection, testTimeoutMs);
      await new Promise((resolve) => process.send?.(report, resolve));
      if (report.failures.some(({ isTimeout }) => !isTimeout)) break;
    }
    process.exit(0);
  })().catch((error: unknown) => {
    // A file that cannot be loaded has no test that fails.
    console.error(error);
    process.exit(1);
  });
});

async function runFile({ file, tests }: Selection, testTimeoutMs: number): Promise<FileReport> {
  const start = performance.now();
  failures = [];
  wanted = tests === undefined ? undefined : new Set(tests);
  stryker.mutantCoverage = { static: {}, perTest: {} };
  resetState();
  getState().testTimeout = testTimeoutMs;
  await import(pathToFileURL(path.join(root, file)).href);
  const { unhandledErrors } = await run();
  for (const message of unhandledErrors) fail('', message);
  const { static: outside, perTest } = stryker.mutantCoverage;
  const coverage = Object.entries({ ...perTest, '': outside }).map(([test, hits]) => [
    test,
    Object.keys(hits),
  ]);
  return {
    file,
    ms: performance.now() - start,
    failures,
    coverage: Object.fromEntries(coverage) as FileReport['coverage'],
  };
}

function skipUnwanted(block: Circus.DescribeBlock): void {
  for (const child of block.children) {
    if (child.type === 'describeBlock') skipUnwanted(child);
    else if (wanted?.has(nameOf(child)) === false || isTimed(child)) child.mode = 'skip';
  }
}

function isTimed(test: Circus.TestEntry): boolean {
  return TIMED.some((block) => nameOf(test).startsWith(block));
}

function isDecided(): boolean {
  return failures.some(({ isTimeout }) => !isTimeout) || failures.length >= MAX_TIMEOUTS;
}

function fail(test: string, thrown: unknown): void {
  const [error, async] = (Array.isArray(thrown) ? thrown : [thrown]) as unknown[];
  const shown = error ?? async;
  const message = shown instanceof Error ? shown.message : String(shown);
  failures.push({ test, message: message.slice(0, 500), isTimeout: message.includes('Exceeded timeout of') });
}

/** The names of the enclosing blocks and of the test; the outermost block is the file. */
function nameOf({ name, parent }: Circus.TestEntry | Circus.DescribeBlock): string {
  return parent?.parent === undefined ? name : `${nameOf(parent)} > ${name}`;
}

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashOf, type Mutant, read, root } from './mutants.ts';

/** `error`: the tests did not finish, or the process died. Only `killed` counts as killed. */
export type Status = 'killed' | 'survived' | 'timeout' | 'error' | 'uncovered';

export interface Result {
  key: string;
  status: Status;
  /** Hash of the source and of the tests that the verdict depends on. Another hash needs another run. */
  basis: string;
  /** The test file that failed, and its first failed test. */
  file?: string;
  test?: string;
}

/** A mutant that behaves like the original. Identified by texts, so other changes do not matter. */
export interface Equivalent {
  file: string;
  /** The line in which it begins, without indentation. */
  line: string;
  original: string;
  replacement: string;
  /** Which of several equal texts of the line, from 1. */
  nth?: number;
  reason: string;
}

const folder = path.join(root, '.cache/mutation');
const store = path.join(folder, 'results.jsonl');

/** Verdicts of earlier runs, the last one of each mutant. */
export function loadResults(): Map<string, Result> {
  if (!existsSync(store)) return new Map();
  const lines = readFileSync(store, 'utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as Result).map((result) => [result.key, result]));
}

export function saveResult(result: Result): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(store, `${JSON.stringify(result)}\n`);
}

export function forgetResults(): void {
  rmSync(store, { force: true });
}

/** A kill depends on the source and the failed test; every other verdict on all tests. */
export function basisOf({ file }: Mutant, tests: readonly string[]): string {
  return hashOf(read(file), ...tests.flatMap(withSupport).map(read));
}

/** A test file and its imports from test/support. */
export function withSupport(test: string): string[] {
  const files = new Set([test]);
  // The loop also visits what it adds to the set.
  for (const file of files) {
    for (const [, imported = ''] of read(file).matchAll(/ from '(\.[^']+)\.js'/g)) {
      const source = path.posix.join(path.posix.dirname(file), `${imported}.ts`);
      if (source.startsWith('test/')) files.add(source);
    }
  }
  return [...files];
}

export function loadEquivalents(): Equivalent[] {
  return JSON.parse(read('scripts/mutation/equivalents.json')) as Equivalent[];
}

/** @throws when an entry matches no mutant or several: it is outdated */
export function equivalentsAmong(mutants: readonly Mutant[], list: readonly Equivalent[]): Set<string> {
  const lines = new Map<string, string[]>();
  const lineOf = ({ file, line }: Mutant) => {
    const text = lines.get(file) ?? read(file).split('\n');
    lines.set(file, text);
    return text[line - 1]?.trim();
  };
  const files = new Set(mutants.map(({ file }) => file));
  const keys = list
    .filter(({ file }) => files.has(file))
    .map((entry) => {
      const matches = mutants.filter(
        (mutant) =>
          mutant.file === entry.file &&
          mutant.original === entry.original &&
          mutant.replacement === entry.replacement &&
          lineOf(mutant) === entry.line,
      );
      const match = matches[(entry.nth ?? 1) - 1];
      if (match === undefined || (matches.length > 1 && entry.nth === undefined))
        throw new Error(`equivalents.json: ${matches.length} mutants match ${JSON.stringify(entry)}`);
      return match.key;
    });
  return new Set(keys);
}

/** A table of the scores per file, and every mutant that is neither killed nor equivalent. */
export function report(
  mutants: readonly Mutant[],
  results: ReadonlyMap<string, Result>,
  equivalents: ReadonlySet<string>,
): string {
  const rows = Map.groupBy(mutants, ({ file }) => file);
  const row = (name: string, all: readonly Mutant[]) => {
    const count = (status: Status) =>
      all.filter(({ key }) => !equivalents.has(key) && results.get(key)?.status === status).length;
    const equal = all.filter(({ key }) => equivalents.has(key)).length;
    const killed = count('killed');
    const open = all.filter(({ key }) => !equivalents.has(key) && !results.has(key)).length;
    const score = ((100 * killed) / Math.max(1, all.length - equal)).toFixed(1);
    const rest = [count('survived'), count('uncovered'), count('timeout'), count('error'), open];
    return `| ${[name, all.length, equal, killed, ...rest, `${score} %`].join(' | ')} |`;
  };
  const table = [
    '| file | mutants | equivalent | killed | survived | not covered | timed out | broke | undecided | score |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...[...rows].map(([file, all]) => row(file, all)),
    row('**all**', mutants),
  ];
  const alive = mutants.filter(({ key }) => !equivalents.has(key) && results.get(key)?.status !== 'killed');
  const details = alive.map((mutant) =>
    describeMutant(mutant, results.get(mutant.key)?.status ?? 'undecided'),
  );
  const killedEquivalents = mutants
    .filter(({ key }) => equivalents.has(key) && results.get(key)?.status === 'killed')
    .map(({ key }) => `killed, but listed as equivalent: ${key}`);
  return [...details, ...killedEquivalents, '', ...table].join('\n');
}

export function describeMutant(
  { file, line, mutator, original, replacement }: Mutant,
  status: string,
): string {
  const shown = (sign: string, text: string) =>
    text
      .split('\n')
      .slice(0, 6)
      .map((each) => `  ${sign} ${each}`)
      .join('\n');
  return `${status} ${file}:${line} ${mutator}\n${shown('-', original)}\n${shown('+', replacement)}`;
}

import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';

export const root = path.resolve(import.meta.dirname, '../..');

/** One change of one place of a source. */
export interface Mutant {
  /** Activates the mutant in this run's instrumented sources. */
  id: string;
  /** The same in every run while its source is the same. */
  key: string;
  file: string;
  /** From 1. */
  line: number;
  mutator: string;
  original: string;
  replacement: string;
}

const silent = () => undefined;
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => true,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace: silent,
  debug: silent,
  info: silent,
  warn: console.warn,
  error: console.error,
  fatal: console.error,
};

/** Writes the sources to a folder with all of Stryker's mutants, of which one at a time can be active. */
export async function instrument(files: readonly string[], folder: string): Promise<Mutant[]> {
  const sources = files.map((name) => ({ name, mutate: true, content: read(name) }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const result = await new Instrumenter(logger).instrument(sources, options);
  for (const { name, content } of result.files) {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return result.mutants.map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => {
    const original = between(read(fileName), start, end);
    const place = `${start.line + 1}:${start.column + 1}-${end.line + 1}:${end.column + 1}`;
    return {
      id,
      key: `${fileName}:${place} ${mutatorName} ${replacement}`,
      file: fileName,
      line: start.line + 1,
      mutator: mutatorName,
      original,
      replacement,
    };
  });
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

export function hashOf(...texts: string[]): string {
  return hash('sha256', texts.join('\0'), 'hex').slice(0, 16);
}

interface Position {
  line: number;
  column: number;
}

/** Stryker counts lines and columns from 0. */
function between(text: string, start: Position, end: Position): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column : 0, index === last ? end.column : undefined))
    .join('\n');
}

import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from '@jest/globals';

const FOLDER = new URL('../../../shared/vectors/', import.meta.url);

/** An outside test vector from a folder beside the project; undefined where it is absent. */
function readVector(file: string): unknown {
  const url = new URL(file, FOLDER);
  if (existsSync(url)) return JSON.parse(readFileSync(url, 'utf8'));
  return undefined;
}

/** Tests of an outside vector. Where it is absent, one skipped test names it; nothing else may be skipped. */
export function describeVector(name: string, file: string, tests: (vector: unknown) => void): void {
  const vector = readVector(file);
  describe(name, () => {
    if (vector === undefined) it.skip(`the outside vector ${file} is absent`, () => undefined);
    else tests(vector);
  });
}

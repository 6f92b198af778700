import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../shared/vectors/', import.meta.url);

/** An outside test vector, which lies beside the project; undefined, and said so, where it isn't there. */
export function readVector(file: string): unknown {
  const url = new URL(file, FOLDER);
  if (existsSync(url)) return JSON.parse(readFileSync(url, 'utf8'));
  process.stderr.write(`skipped: the outside vector ${file} is not beside the project\n`);
  return undefined;
}

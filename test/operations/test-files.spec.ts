import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const TEST_FILE = /[\w./-]*\w\.(?:e2e|spec|faults|programs|browser|fuzz|clients)\.ts\b/g;
const TESTS = globSync(['test/**/*.ts', 'packages/*/test/**/*.ts'], { cwd: root });
const TEXTS = globSync(
  ['{src,test,scripts,bench}/**/*.{ts,py}', 'packages/*/{src,test}/**/*.ts', '.ci/run', '*.js'],
  {
    cwd: root,
  },
).sort();

/** Whether a name, or the end of a path, is that of a test file. */
const isThere = (name: string) =>
  TESTS.some((file) => `/${file}`.endsWith(`/${name.replace(/^(\.{1,2}\/)+/, '')}`));

describe.each(['guarantees', 'faults'])('test/README.md on %s', (folder) => {
  const files = globSync(`test/${folder}/*`, { cwd: root }).map((file) => path.basename(file));
  const [, table = ''] = read('test/README.md').split(`| file in \`${folder}\``);
  const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([^`]+)` +\| (.+\.) +\|$/gm)];

  it('has a row with a sentence for each file, and for no other', () => {
    expect(rows.map(([, name]) => name)).toEqual(files.sort());
  });
});

it('sources, comments and configurations name only test files that exist', () => {
  const missing = TEXTS.flatMap((file) =>
    [...read(file).matchAll(TEST_FILE)]
      .map(([name]) => name)
      .filter((name) => !isThere(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

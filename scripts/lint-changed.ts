import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

/*
 * `npm run lint:fast`: ESLint and Prettier on the files that differ from the last commit, with a cache.
 * `npm run lint` checks all files and the directions of imports.
 */

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).split('\n');
const changed = [
  ...git('diff', '--name-only', '--diff-filter=d', 'HEAD'),
  ...git('ls-files', '--others', '--exclude-standard'),
].filter((file) => file !== '' && existsSync(file));
const sources = changed.filter((file) => /\.(ts|js|mjs|cjs)$/.test(file));

function run(name: string, args: string[]): boolean {
  return spawnSync('npx', ['--no-install', name, ...args], { stdio: 'inherit' }).status === 0;
}

const isClean = [
  changed.length === 0 || run('prettier', ['--check', '--ignore-unknown', ...changed]),
  sources.length === 0 ||
    run('eslint', [
      ...['--cache', '--cache-strategy', 'content', '--cache-location', '.cache/eslint/'],
      ...['--no-warn-ignored', ...sources],
    ]),
];
console.log(`${changed.length} changed files`);
if (isClean.includes(false)) process.exitCode = 1;

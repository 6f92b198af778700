import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const file = (name: string) => path.join(root, name);
const UNRELEASED = '## [Unreleased]\n';

/**
 * Prepares a release: `npm run release -- 0.2.0` (docs/releasing.md). Changes package.json,
 * package-lock.json, the Dockerfile's label, CHANGELOG.md and `openapi/released.json`; commits and tags
 * nothing.
 */
function prepareRelease(version: string): void {
  const { version: before } = JSON.parse(read('package.json')) as { version: string };
  if (!isNewer(version, before)) throw new Error(`${version} is not newer than ${before}`);
  const changelog = releaseChangelog(read('CHANGELOG.md'), version, new Date());

  write(
    'package.json',
    replaceFirst(read('package.json'), `"version": "${before}"`, `"version": "${version}"`),
  );
  write('package-lock.json', releaseLockfile(read('package-lock.json'), version));
  write(
    'Dockerfile',
    replaceFirst(read('Dockerfile'), `image.version="${before}"`, `image.version="${version}"`),
  );
  write('CHANGELOG.md', changelog);
  cpSync(file('openapi/openapi.json'), file('openapi/released.json'));
  rmSync(file('openapi/accepted-changes.txt'), { force: true });
}

/**
 * The changelog with the unreleased entries under the version's own heading.
 * @throws when there are no unreleased entries
 */
export function releaseChangelog(changelog: string, version: string, at: Date): string {
  const [before, after] = changelog.split(UNRELEASED);
  if (before === undefined || after === undefined) throw new Error('CHANGELOG.md has no "## [Unreleased]"');
  const [entries = ''] = after.split(/^## /m);
  if (!entries.includes('\n- ')) throw new Error('CHANGELOG.md has no unreleased entries');
  const day = at.toISOString().slice(0, 10);
  return `${before}${UNRELEASED}\n## [${version}] - ${day}\n${after}`;
}

export function isNewer(version: string, before: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${version} is not a version: major.minor.patch`);
  const [next, last] = [version, before].map((each) => each.split('.').map(Number));
  for (const part of [0, 1, 2]) {
    const difference = (next?.[part] ?? 0) - (last?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function releaseLockfile(text: string, version: string): string {
  const lockfile = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> };
  lockfile.version = version;
  if (lockfile.packages[''] !== undefined) lockfile.packages[''].version = version;
  return `${JSON.stringify(lockfile, null, 2)}\n`;
}

function replaceFirst(text: string, old: string, replacement: string): string {
  if (!text.includes(old)) throw new Error(`Not found: ${old}`);
  return text.replace(old, replacement);
}

function read(name: string): string {
  return readFileSync(file(name), 'utf8');
}

function write(name: string, text: string): void {
  writeFileSync(file(name), text);
}

if (import.meta.main) {
  try {
    prepareRelease(process.argv[2] ?? '');
    console.log('Prepared. docs/releasing.md has the next steps.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

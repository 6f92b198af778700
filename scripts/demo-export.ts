import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';

const mobile = path.resolve(import.meta.dirname, '../mobile');
const output = path.join(mobile, 'apps/demo/dist');
const SOURCES = [
  'package-lock.json',
  'packages/client/{package,tsconfig,tsconfig.build}.json',
  'packages/client/src/**/*.{ts,tsx}',
  'apps/demo/*.{json,js}',
  'apps/demo/{app,src,public}/**/*.*',
];

interface Lockfile {
  packages: Record<string, { version?: string; optional?: boolean; link?: boolean }>;
}

/**
 * The demo app for browsers: installs `mobile/`, builds the client and exports the app, each only when its
 * sources have changed.
 * @param log is told what takes its time
 * @returns the folder with its `index.html`
 * @throws an error with the reason and the end of the program's output
 */
export async function exportApp(log: (message: string) => void): Promise<string> {
  if (!(await isInstalled())) {
    log('Installing mobile/ (Expo, about 900 MB, once) …');
    await run('npm', ['ci'], { cwd: mobile });
  }
  const stamp = path.join(output, 'sources.sha256');
  const sources = hashOfSources();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sources) return output;
  log('Exporting the app for browsers (about a minute, until its sources change) …');
  await rm(output, { recursive: true, force: true });
  await run('npm', ['run', 'build'], { cwd: mobile });
  // A program started by npm has the `node` and `expo` of this workspace.
  await run('npm', ['run', 'export', '-w', 'roavelo-demo'], { cwd: mobile });
  // Last: an export that was interrupted has no stamp.
  await writeFile(stamp, sources);
  return output;
}

/** Whether every package of the lockfile is there in its version; npm writes the hidden one at the end. */
async function isInstalled(): Promise<boolean> {
  try {
    const wanted = await readLockfile('package-lock.json');
    const installed = await readLockfile('node_modules/.package-lock.json');
    return Object.entries(wanted.packages).every(
      ([name, { version, optional, link }]) =>
        !name.startsWith('node_modules/') ||
        optional === true ||
        link === true ||
        installed.packages[name]?.version === version,
    );
  } catch {
    return false;
  }
}

async function readLockfile(name: string): Promise<Lockfile> {
  return JSON.parse(await readFile(path.join(mobile, name), 'utf8')) as Lockfile;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const name of globSync(SOURCES, { cwd: mobile }).sort()) {
    hash.update(`${name}\0`).update(readFileSync(path.join(mobile, name)));
  }
  // Expo puts these into the export.
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('EXPO_PUBLIC_'));
  return hash.update(JSON.stringify(variables.sort())).digest('hex');
}

async function run(command: string, args: string[], { cwd }: { cwd: string }): Promise<void> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const [printed, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code === 0) return;
  const said = printed.join('').trimEnd();
  throw new Error(
    `\`${[command, ...args].join(' ')}\` failed in mobile/. ${reasonOf(said)}\n\n${endOf(said)}`,
  );
}

function reasonOf(said: string): string {
  if (/ENOSPC|no space left/i.test(said)) return 'The disk is full: it needs about 1.5 GB.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(said)) {
    return 'npm could not reach its registry: check the network, then run it again.';
  }
  return 'It printed:';
}

function endOf(said: string): string {
  return said.split('\n').slice(-25).join('\n');
}

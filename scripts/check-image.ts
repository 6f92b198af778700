import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { replayDockerfile, type Stage } from './dockerfile.ts';
import { startReplicaSet } from './mongod.ts';
import { freePort } from './port.ts';

/*
 * Checks the image without a Docker engine: executes the Dockerfile's steps in folders, checks the contents
 * of the last stage, and runs it by environment alone, as an unprivileged user who owns none of its files.
 */

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}
interface Lockfile {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; link?: boolean }>;
}

const projectRoot = path.resolve(import.meta.dirname, '..');
/** Must not be in the image, whatever the lockfile says. */
const developmentOnly = [
  '@nestjs/platform-express',
  '@nestjs/testing',
  'class-transformer',
  'class-validator',
  'clerk-local',
  'express',
  'jest',
  'mongodb-memory-server',
  'node',
  'typescript',
];
const commit = randomBytes(20).toString('hex');
/** The user `nobody` of Linux. */
const NOBODY = 65534;
const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

async function checkImage() {
  const target = mkdtempSync(path.join(tmpdir(), 'check-image-'));
  try {
    chmodSync(target, 0o755); // Readable for the other user.
    const bin = path.join(target, 'bin');
    mkdirSync(bin);
    // The base image's Node, in a folder that the other user can read.
    copyFileSync(process.execPath, path.join(bin, 'node'));
    const image = replayDockerfile({
      dockerfile: path.join(projectRoot, 'Dockerfile'),
      context: projectRoot,
      target,
      env: buildEnvironment(bin),
      buildArguments: { COMMIT: commit },
    });
    checkLabels(image);
    checkContents(path.join(image.root, image.workdir));
    await checkRun(image, bin);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** The environment of this process without the variables and PATH entries that npm adds. */
function buildEnvironment(bin: string): NodeJS.ProcessEnv {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const foreign = folders.filter((folder) => !folder.includes('node_modules'));
  return {
    ...process.env,
    NODE_ENV: undefined,
    INIT_CWD: undefined,
    PATH: [bin, ...foreign].join(path.delimiter),
  };
}

function checkLabels({ labels }: Stage) {
  const { version } = readJson('package.json') as Manifest;
  const labelled = ['version', 'revision'].map((name) => labels[`org.opencontainers.image.${name}`]);
  check(
    "is labelled with package.json's version and the commit",
    labelled.join() === `${version},${commit}`,
    labelled,
  );
}

function checkContents(app: string) {
  const entries = readdirSync(app).sort();
  check(
    'holds package.json, node_modules and dist, nothing else',
    entries.join() === 'dist,node_modules,package.json',
    entries,
  );

  const sources = globSync('dist/**/*.{ts,tsx}', { cwd: app }).concat(
    globSync('dist/**/*.{spec,e2e,test}.*', { cwd: app }),
  );
  check('holds no TypeScript and no tests', sources.length === 0, sources);

  const manifest = readJson('package.json') as Manifest;
  const lock = (readJson('package-lock.json') as Lockfile).packages;
  const places = installedPackages(app);
  const names = new Set(places.map((place) => place.split('node_modules/').at(-1)));

  const intruders = places.filter((place) => {
    const { dev = false, devOptional = false, link = false } = lock[place] ?? { dev: true };
    return dev || devOptional || link;
  });
  check('holds no package but those of the lockfile for production', intruders.length === 0, intruders);
  const tools = developmentOnly.filter((name) => names.has(name));
  check(`holds none of ${developmentOnly.join(', ')}`, tools.length === 0, tools);
  const missing = Object.keys(manifest.dependencies).filter((name) => !names.has(name));
  check('holds every production dependency', missing.length === 0, missing);

  const megabytes = (folder: string) => (sizeOf(path.join(app, folder)) / 2 ** 20).toFixed(1);
  console.log(
    `   node_modules ${megabytes('node_modules')} MB in ${places.length} packages, dist ${megabytes('dist')} MB`,
  );
}

async function checkRun(image: Stage, bin: string) {
  const baseEnv = { PATH: bin, ...image.env };
  check('runs as an unprivileged user', image.user === 'node', image.user);

  const unconfigured = start(image, image.command, baseEnv);
  check(
    'a start without configuration ends with 78',
    (await exitCode(unconfigured)) === 78,
    unconfigured.exitCode,
  );

  const replicaSet = await startReplicaSet();
  try {
    const port = await freePort();
    const env = { ...baseEnv, ...configuration(replicaSet.uri), PORT: `${port}` };
    const server = start(image, image.command, env);
    try {
      const line = await listening(server);
      check(
        'logs one JSON line "listening" with its address, version and commit',
        line.includes(`:${port}`) && line.includes(`"commit":"${commit}"`) && /"version":"\d/.test(line),
        line,
      );
      check('the HEALTHCHECK passes', (await exitCode(start(image, image.healthcheck, env))) === 0);
      const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
      check('/health/ready answers 200', ready.status === 200, ready.status);
      server.kill('SIGTERM');
      check('SIGTERM ends it with 0', (await exitCode(server)) === 0, server.exitCode ?? server.signalCode);
      check(
        'the HEALTHCHECK fails without a server',
        (await exitCode(start(image, image.healthcheck, env))) === 1,
      );
    } finally {
      server.kill('SIGKILL');
    }
  } finally {
    await replicaSet.stop();
  }
}

function configuration(mongodbUri: string) {
  return {
    MONGODB_URI: mongodbUri.replace(/^(mongodb:\/\/[^/]+\/)/, '$1roavelo'),
    CLERK_SECRET_KEY: `sk_test_${randomBytes(24).toString('hex')}`,
    CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from('clerk.example.com$').toString('base64').replaceAll('=', '')}`,
    CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

/** Starts a container's process with this environment and nothing else. Its stderr is shown. */
function start(image: Stage, [program = '', ...args]: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const cwd = path.join(image.root, image.workdir);
  return spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], ...unprivileged });
}

/** The exit code of a process, which is killed after a minute. Null when a signal ended it. */
async function exitCode(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  try {
    if (child.exitCode === null && child.signalCode === null)
      await inTime(once(child, 'exit'), 'the end of the process');
    return child.exitCode;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Resolves with the server's JSON line "listening"; rejects with its whole log when it ends before. */
function listening(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('the server has no stdout');
  const lines = createInterface({ input: server.stdout });
  const logged: string[] = [];
  const seen = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      logged.push(line);
      if (isListening(line)) resolve(line);
    });
    lines.once('close', () => {
      reject(new Error(`the server ended before it was listening:\n${logged.join('\n')}`));
    });
  });
  return inTime(seen, 'the line "listening"');
}

function isListening(line: string) {
  try {
    return (JSON.parse(line) as { msg?: unknown }).msg === 'listening';
  } catch {
    return false;
  }
}

async function inTime<T>(promise: Promise<T>, what: string, milliseconds = 60_000): Promise<T> {
  const late = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: late.signal }).then(() => {
    throw new Error(`waited ${milliseconds / 1000} s for ${what}`);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timeout.catch(() => undefined);
    late.abort();
  }
}

/** The paths of packages in the lockfile's form: `node_modules/a`, `node_modules/@b/c/node_modules/d`. */
function installedPackages(app: string, place = ''): string[] {
  return globSync([`${place}node_modules/[!.@]*`, `${place}node_modules/@*/*`], { cwd: app }).flatMap(
    (found) => [found, ...installedPackages(app, `${found}/`)],
  );
}

function sizeOf(folder: string): number {
  return globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8'));
}

function check(guarantee: string, holds: boolean, found?: unknown) {
  if (!holds)
    throw new Error(`not ok: ${guarantee}${found === undefined ? '' : ` (found: ${JSON.stringify(found)})`}`);
  console.log(`ok ${guarantee}`);
}

if (import.meta.main) {
  checkImage().then(
    () => {
      console.log('The image is complete and serves.');
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}

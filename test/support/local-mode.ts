import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { assertPortFree, freePort } from '../../scripts/port.ts';
import { ApiClient } from './api-client.js';
import { type Child, freshEnvironment, isRunning, killChildren, startChild } from './child.js';
import { copyProject } from './project-copy.js';

/** Ports and a data folder for local mode, which are kept from one start to the next. */
export interface LocalMode {
  ports: { api: number; clerk: number; mongodb: number };
  apiUrl: string;
  clerkUrl: string;
  /** Runs `npm start` with only ports and data folder configured, without waiting for anything. */
  npmStart(environment?: Record<string, string>, options?: string[]): Child;
  /** The folders of the project and its data. */
  folders: { project: string; data: string };
  /** Starts it unless it runs; resolves once it has printed how to use it. */
  running(): Promise<Running>;
  /** The process ids stored in the data folder. */
  pids(): Promise<{ node: number | undefined; mongod: number | undefined }>;
  /** Rejects when a port is taken or mongod runs. */
  assertNothingLeft(mongod: number | undefined): Promise<void>;
  /** `nest build` in the project's copy. */
  build(): Promise<void>;
  remove(): Promise<void>;
}

export interface Running {
  child: Child;
  node: number;
  mongod: number;
  /** The whole line that it prints. */
  curl: string;
  /** The API as the demo user of that line. */
  me: ApiClient;
  clerkId: string;
}

/** @param script the script of package.json that starts it */
export async function prepareLocalMode(script: 'start' | 'dev' = 'start'): Promise<LocalMode> {
  const project = await copyProject();
  const data = await mkdtemp(path.join(tmpdir(), 'roavelo-data-'));
  const ports = { api: await freePort(), clerk: await freePort(), mongodb: await freePort() };
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  let current: Promise<Running> | undefined;

  const local: LocalMode = {
    ports,
    apiUrl,
    clerkUrl: `http://127.0.0.1:${ports.clerk}`,
    folders: { project: project.folder, data },
    npmStart: (environment = {}, options = []) =>
      startChild('npm', ['run', script, ...(options.length === 0 ? [] : ['--', ...options])], {
        cwd: project.folder,
        env: freshEnvironment({
          PORT: String(ports.api),
          LOCAL_CLERK_PORT: String(ports.clerk),
          LOCAL_MONGODB_PORT: String(ports.mongodb),
          LOCAL_DATA: data,
          ...environment,
        }),
      }),
    running: () => (current ??= start()),
    pids: async () => {
      const [folder = 'none'] = (await readdir(data)).filter((name) => name.startsWith('db-'));
      const pid = async (file: string) => {
        const text = await readFile(path.join(data, folder, file), 'utf8').catch(() => '');
        return text.trim() === '' ? undefined : Number(text);
      };
      return { node: await pid('owner.pid'), mongod: await pid('mongod.lock') };
    },
    assertNothingLeft: async (mongod) => {
      for (const port of Object.values(ports)) await assertPortFree(port);
      if (mongod !== undefined && isRunning(mongod)) throw new Error(`mongod ${mongod} still runs`);
    },
    build: () => project.build(),
    remove: async () => {
      await killChildren();
      const { mongod } = await local.pids();
      if (mongod !== undefined && isRunning(mongod)) process.kill(mongod, 'SIGKILL');
      await rm(data, { recursive: true, force: true });
      await project.remove();
    },
  };
  return local;

  async function start(): Promise<Running> {
    const child = local.npmStart();
    void child.exit.then(() => (current = undefined));
    const [, curl = ''] = await child.until(/^ +(curl .+)\n[^]*Ctrl-C/m);
    const [, token = ''] = /Bearer ([^']+)/.exec(curl) ?? [];
    const { node = 0, mongod = 0 } = await local.pids();
    const me = new ApiClient(apiUrl, `Bearer ${token}`);
    return { child, node, mongod, curl, me, clerkId: decodeJwt(token).sub ?? '' };
  }
}

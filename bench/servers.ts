import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { addressOf, type Bench, endWithThisProcess } from './instance.ts';
import { startCollector, startRedis } from './options.ts';

/** A process under load. */
export interface Server {
  name: ServerName;
  url: string;
  pid: number;
  /** How to end it; the service's processes end with the bench. */
  child?: ChildProcess;
}

/** What each server is, as in the tables. */
export const SERVERS = {
  naive: 'naive floor',
  'naive-joined': 'naive floor, reads joined',
  'naive-transaction': 'naive floor, webhook in one transaction',
  'same-work': 'same-work floor',
  express: "the article's design on Express",
  nest: 'NestJS as usually written',
  service: '**the service, as it ships**',
  bare: 'the service without limits and log',
  redis: 'the service with limits in Redis',
  'traced-some': 'the service, tracing one request in twenty',
  traced: 'the service, tracing each request',
  node: 'node:http, no database',
  fastify: 'Fastify, no database',
  'nest-alone': 'NestJS on Fastify, no database',
} as const;
export type ServerName = keyof typeof SERVERS;

/** The defaults, with a limit that is not reached: all requests come from one address. */
const AS_IT_SHIPS = { RATE_LIMIT_MAX: '1000000', LOG_LEVEL: 'info' };
const BARE = { RATE_LIMIT_MAX: '0', OVERLOAD_EVENT_LOOP_DELAY_MS: '0', LOG_LEVEL: 'silent' };

/** One core is for the server under load, another one for everything else. */
const LOAD_CORE = '0';
const SERVER_CORE = '1';

/** The command that runs a program on the server's core; empty on a machine that can't. */
export const onServerCore: readonly string[] = canPin() ? ['taskset', '-c', SERVER_CORE] : [];

/** Moves this process to the other core, and with it mongod and the load, which inherit that. */
export function moveToLoadCore(): void {
  if (onServerCore.length > 0) execFileSync('taskset', ['-a', '-c', '-p', LOAD_CORE, String(process.pid)]);
}

function canPin(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['-c', SERVER_CORE, 'true']);
    return true;
  } catch {
    return false;
  }
}

const DECORATORS = ['--import', path.resolve(import.meta.dirname, 'peers/decorators.ts')];

/** How each server starts. */
const STARTS: Record<ServerName, (bench: Bench, answers: string) => Promise<Omit<Server, 'name'>>> = {
  naive: (bench) => startPeer(bench, 'naive.ts'),
  'naive-joined': (bench) => startPeer(bench, 'naive.ts', { JOINED: '1' }),
  'naive-transaction': (bench) => startPeer(bench, 'naive.ts', { TRANSACTION: '1' }),
  'same-work': (bench) => startPeer(bench, 'same-work.ts'),
  express: (bench) => startPeer(bench, 'express.ts'),
  nest: (bench) => startPeer(bench, 'nest.ts', {}, DECORATORS),
  service: (bench) => bench.another(AS_IT_SHIPS),
  bare: (bench) => bench.another(BARE),
  redis: async (bench) => bench.another({ ...AS_IT_SHIPS, REDIS_URL: await startRedis() }),
  'traced-some': (bench) => startTraced(bench, 0.05),
  traced: (bench) => startTraced(bench, 1),
  node: (bench, answers) => startWithoutDatabase(bench, 'node', answers),
  fastify: (bench, answers) => startWithoutDatabase(bench, 'fastify', answers),
  'nest-alone': (bench, answers) => startWithoutDatabase(bench, 'nest', answers),
};

/** @param answers JSON of path → body, for the servers without a database */
export async function startServer(name: ServerName, bench: Bench, answers = '{}'): Promise<Server> {
  return { name, ...(await STARTS[name](bench, answers)) };
}

async function startTraced(bench: Bench, share: number): Promise<Omit<Server, 'name'>> {
  const collector = await startCollector();
  return bench.another({
    ...AS_IT_SHIPS,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_TRACES_SAMPLER_ARG: String(share),
  });
}

/** The HTTP layers alone. */
function startWithoutDatabase(
  bench: Bench,
  on: 'node' | 'fastify' | 'nest',
  answers: string,
): Promise<Omit<Server, 'name'>> {
  return startPeer(bench, 'without-database.ts', { ON: on, ANSWERS: answers }, DECORATORS);
}

async function startPeer(
  { uri, clerk }: Bench,
  file: string,
  environment: Record<string, string> = {},
  nodeOptions: readonly string[] = [],
): Promise<Omit<Server, 'name'>> {
  const program = path.resolve(import.meta.dirname, 'peers', file);
  const [command, ...args] = [...onServerCore, process.execPath, ...nodeOptions, program] as const;
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      MONGODB_URI: uri,
      JWT_KEY: clerk.jwtKey,
      WEBHOOK_SECRET: clerk.webhookSecret,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithThisProcess(child);
  const url = await addressOf(child);
  return { url, pid: child.pid ?? 0, child };
}

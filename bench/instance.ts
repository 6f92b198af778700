import { randomUUID } from 'node:crypto';
import { openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import mongoose from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReplicaSet, type ReplicaSetOptions, startReplicaSet } from '../scripts/mongod.ts';
import { freePort } from '../scripts/port.ts';

/**
 * The system that a benchmark measures: the built service in its own process, a real mongod, a local Clerk.
 */
export interface Bench {
  /** The address of the first process. */
  url: string;
  urls: readonly string[];
  clerk: ClerkLocal;
  mongo: ReplicaSet;
  /** The address of the service's database. */
  uri: string;
  db: mongoose.Connection;
  mongod: string;
  /** The environment of the service on this database and Clerk. */
  variables: Record<string, string>;
  /** Starts one more process on the same database and Clerk, with other variables. */
  another(environment: Record<string, string>): Promise<{ url: string; pid: number }>;
  stop(): Promise<void>;
}

/**
 * Starts `dist/main.js` (build it first) on a database, in `instances` processes.
 * @param launcher the command that runs Node, such as `taskset -c 1`
 */
export async function startBench(
  environment: Record<string, string> = {},
  instances = 1,
  launcher: readonly string[] = [],
  replicaSet: ReplicaSetOptions = {},
): Promise<Bench> {
  const mongo = await startReplicaSet(replicaSet);
  const clerk = await startClerkLocal();
  const uri = mongo.uri.replace(/^(mongodb:\/\/[^/]+\/)/, '$1bench');
  const variables = {
    MONGODB_URI: uri,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
    RATE_LIMIT_MAX: '0',
    ...environment,
  };
  const started: ChildProcess[] = [];
  const urls: string[] = [];
  const start = async (more: Record<string, string> = {}) => {
    const port = await freePort();
    const child = startService({ ...variables, ...more, PORT: String(port) }, launcher, logFile());
    started.push(child);
    const url = `http://127.0.0.1:${port}`;
    // Its log may be off, so its address is asked.
    while ((await fetch(`${url}/health/live`).catch(() => undefined))?.ok !== true) {
      if (child.exitCode !== null)
        throw new Error(`The service ended (${child.exitCode}) before it listened`);
      await sleep(50);
    }
    return { url, pid: child.pid ?? 0 };
  };
  for (let n = 0; n < instances; n++) urls.push((await start()).url);
  const db = await mongoose.createConnection(uri).asPromise();
  const { version } = (await db.getClient().db('admin').command({ buildInfo: 1 })) as { version: string };
  return {
    url: urls[0] ?? '',
    urls,
    clerk,
    mongo,
    uri,
    db,
    mongod: version,
    variables,
    another: start,
    stop: async () => {
      for (const child of started) {
        if (child.exitCode !== null) continue;
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      await db.close();
      await clerk.close();
      await mongo.stop();
    },
  };
}

/** A file for the log of a service: the reader of a pipe would share a core with the load. */
function logFile(): number {
  const file = path.join(tmpdir(), `bench-log-${randomUUID()}`);
  const opened = openSync(file, 'w');
  unlinkSync(file);
  return opened;
}

/**
 * Starts `dist/main.js`.
 * @param launcher the command that runs Node
 * @param output a file descriptor for its log; a pipe must be read
 */
export function startService(
  variables: Record<string, string>,
  launcher: readonly string[],
  output: number | 'pipe' = 'pipe',
): ChildProcess {
  const main = path.resolve(import.meta.dirname, '../dist/main.js');
  const [command, ...args] = [...launcher, process.execPath, main] as const;
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      ...variables,
    },
    stdio: ['ignore', output, 'inherit'],
  });
  endWithThisProcess(child);
  return child;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** A benchmark that fails or is ended leaves no process behind. */
export function endWithThisProcess(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

/** The address in a process's line "listening"; what it prints afterwards is dropped. */
export async function addressOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The service has no output');
  const lines = createInterface({ input: stdout });
  try {
    for await (const line of lines) {
      // NestJS prints lines of its own.
      if (!line.startsWith('{')) continue;
      const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
      if (msg === 'listening' && address !== undefined) return address;
    }
    throw new Error(`The service ended (${String(child.exitCode)}) before it listened`);
  } finally {
    lines.close();
    stdout.resume();
  }
}

/** Durations in ms with their percentiles. */
export class Durations {
  readonly values: number[] = [];

  add(ms: number): void {
    this.values.push(ms);
  }

  /** @param share 0 to 1 @returns NaN without values */
  percentile(share: number): number {
    const sorted = this.values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
}

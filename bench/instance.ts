import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import mongoose from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReplicaSet, startReplicaSet } from '../scripts/mongod.ts';
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
  /** Starts one more process on the same database and Clerk, with other variables. */
  another(environment: Record<string, string>): Promise<{ url: string; pid: number }>;
  stop(): Promise<void>;
}

/** Starts `dist/main.js` (build it first) on a fresh database, in `instances` processes. */
export async function startBench(environment: Record<string, string> = {}, instances = 1): Promise<Bench> {
  const mongo = await startReplicaSet();
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
  const children: ChildProcess[] = [];
  const urls: string[] = [];
  const start = async (more: Record<string, string> = {}) => {
    const port = await freePort();
    const child = startService({ ...variables, ...more, PORT: String(port) });
    children.push(child);
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
    another: start,
    stop: async () => {
      for (const child of children) {
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

function startService(variables: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [path.resolve(import.meta.dirname, '../dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The address in a process's line "listening". */
export function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The service has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`The service ended (${String(code)}) before it listened`));
    });
    lines.on('line', (line) => {
      const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
      if (msg === 'listening' && address !== undefined) resolve(address);
    });
  });
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

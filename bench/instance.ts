import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import mongoose from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../scripts/mongod.ts';

/** What a benchmark measures: the built service as a process of its own, on a real mongod, beside a local Clerk. */
export interface Bench {
  url: string;
  clerk: ClerkLocal;
  mongo: ReplicaSet;
  db: mongoose.Connection;
  mongod: string;
  stop(): Promise<void>;
}

/** Starts `dist/main.js` (build it first) on a fresh database. `environment` adds variables. */
export async function startBench(environment: Record<string, string> = {}): Promise<Bench> {
  const mongo = await startReplicaSet();
  const clerk = await startClerkLocal();
  const uri = mongo.uri.replace(/^(mongodb:\/\/[^/]+\/)/, '$1bench');
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      MONGODB_URI: uri,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
      CLERK_API_URL: clerk.url,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`The service ended (${String(code)}) before it listened`));
    });
    lines.on('line', (line) => {
      const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
      if (msg === 'listening' && address !== undefined) resolve(address);
    });
  });
  const db = await mongoose.createConnection(uri).asPromise();
  const { version } = (await db.getClient().db('admin').command({ buildInfo: 1 })) as { version: string };
  return {
    url,
    clerk,
    mongo,
    db,
    mongod: version,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await db.close();
      await clerk.close();
      await mongo.stop();
    },
  };
}

/** Durations in ms with their percentiles. */
export class Durations {
  readonly values: number[] = [];

  add(ms: number): void {
    this.values.push(ms);
  }

  /** `share` 0 to 1; NaN without values. */
  percentile(share: number): number {
    const sorted = this.values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
}

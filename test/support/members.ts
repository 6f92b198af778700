import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Connection } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';

/** The mongods of a replica set, to be killed and started again on their data. */
export interface Members {
  /** Ends the primary with SIGKILL; returns its address. `db` is only used to ask who it is. */
  killPrimary(db: Connection): Promise<string>;
  /** Starts the one at this address again. */
  restart(address: string): void;
  /** Ends those that were started here. */
  stop(): Promise<void>;
}

export function membersOf(mongo: ReplicaSet): Members {
  const processes = new Map<string, ChildProcess>();
  const restarted = new Set<ChildProcess>();
  for (const { instanceInfo } of mongo.replSet.servers) {
    const mongod = instanceInfo?.instance.mongodProcess;
    if (mongod !== undefined) processes.set(`127.0.0.1:${instanceInfo?.port ?? ''}`, mongod);
  }
  return {
    killPrimary: async (db) => {
      const { primary } = await whoIs(db);
      const mongod = processes.get(primary);
      if (mongod === undefined) throw new Error(`No process of the primary ${primary}`);
      const exit = once(mongod, 'exit');
      mongod.kill('SIGKILL');
      await exit;
      restarted.delete(mongod);
      return primary;
    },
    restart: (address) => {
      const [program = '', ...args] = processes.get(address)?.spawnargs ?? [];
      const mongod = spawn(program, args, { stdio: 'ignore', detached: true });
      processes.set(address, mongod);
      restarted.add(mongod);
    },
    stop: async () => {
      for (const mongod of restarted) {
        const exit = once(mongod, 'exit');
        mongod.kill('SIGKILL');
        await exit;
      }
    },
  };
}

/** Asked of a primary, so the driver waits until there is one. */
async function whoIs(db: Connection): Promise<{ primary: string }> {
  for (;;) {
    try {
      const hello = await db.getClient().db('admin').command({ hello: 1 }, { readPreference: 'primary' });
      if (typeof hello['primary'] === 'string') return { primary: hello['primary'] };
    } catch {
      // A connection to the one just killed.
    }
  }
}

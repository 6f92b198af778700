import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Connection, mongo as driver } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { eventually } from './eventually.js';

const STEPPED_DOWN_SECONDS = 20;

/** Makes the primary step down for so long; the others elect a new one. */
export async function stepDown(db: Connection, seconds = STEPPED_DOWN_SECONDS): Promise<void> {
  // Some versions of mongod close the connection of this command before they answer it.
  await db
    .getClient()
    .db('admin')
    .command({ replSetStepDown: seconds, force: true })
    .catch(() => undefined);
}

/** Ends the primary with SIGKILL, as `Members.killPrimary`, where no member is started again. */
export async function killPrimary(db: Connection, mongo: ReplicaSet): Promise<void> {
  await membersOf(mongo).killPrimary(db);
}

/** The mongods of a replica set, to be killed and started again on their data. */
export interface Members {
  /**
   * Ends the primary with SIGKILL and returns its address, `127.0.0.1:<port>`. Resolves when the driver of
   * `db` has noticed as well: until then it uses connections to the dead member, and queries of a test fail.
   */
  killPrimary(db: Connection): Promise<string>;
  /** Starts the member at this address again. */
  restart(address: string): void;
  /** Ends the members that were started by `restart`. */
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
      const primary = await primaryOf(db);
      const mongod = processes.get(primary);
      if (mongod === undefined) throw new Error(`No process of the primary ${primary}`);
      const ended = Promise.all([once(mongod, 'exit'), isUnknown(db, primary)]);
      mongod.kill('SIGKILL');
      await ended;
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

/** The address of the primary. A connection to a member that was just killed may fail. */
async function primaryOf(db: Connection): Promise<string> {
  return eventually('the replica set has a primary', async () => {
    const hello = await db.getClient().db('admin').command({ hello: 1 }, { readPreference: 'primary' });
    return hello['primary'] as string | undefined;
  });
}

/** Resolves when the driver of `db` takes the member at this address for unknown. */
function isUnknown(db: Connection, address: string): Promise<void> {
  return new Promise((resolve) => {
    const note = (event: driver.ServerDescriptionChangedEvent) => {
      if (event.address !== address || event.newDescription.type !== 'Unknown') return;
      db.getClient().off('serverDescriptionChanged', note);
      resolve();
    };
    db.getClient().on('serverDescriptionChanged', note);
  });
}

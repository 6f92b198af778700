import { once } from 'node:events';
import type { Connection, mongo as driver } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';

const STEPPED_DOWN_SECONDS = 20;

/** Makes the primary step down for so long; the others elect a new one. */
export async function stepDown(db: Connection, seconds = STEPPED_DOWN_SECONDS): Promise<void> {
  // Some versions of mongod close the command's own connection: that it stepped down is all that counts.
  await db
    .getClient()
    .db('admin')
    .command({ replSetStepDown: seconds, force: true })
    .catch(() => undefined);
}

/**
 * Ends the primary with SIGKILL. Returns when `db` has noticed as well: until then, the driver takes connections to the dead for good
 * ones, and a test's own look at the database fails.
 */
export async function killPrimary(db: Connection, mongo: ReplicaSet): Promise<void> {
  const { primary } = (await db.getClient().db('admin').command({ hello: 1 })) as { primary: string };
  const server = mongo.replSet.servers.find(({ instanceInfo }) =>
    primary.endsWith(`:${instanceInfo?.port ?? ''}`),
  );
  const mongod = server?.instanceInfo?.instance.mongodProcess;
  if (mongod === undefined) throw new Error(`No process of the primary ${primary}`);
  const exit = once(mongod, 'exit');
  const noticed = new Promise<void>((resolve) => {
    const note = ({ address, newDescription }: driver.ServerDescriptionChangedEvent) => {
      if (address !== primary || newDescription.type !== 'Unknown') return;
      db.getClient().off('serverDescriptionChanged', note);
      resolve();
    };
    db.getClient().on('serverDescriptionChanged', note);
  });
  mongod.kill('SIGKILL');
  await Promise.all([exit, noticed]);
}

import type { Connection } from 'mongoose';

const MAX_WAIT_MS = 10_000;

/**
 * Makes mongod hold back (`blockTimeMS`) or fail one matching command of the app. The returned function
 * waits until a command has been caught.
 */
export async function catchCommand(
  db: Connection,
  data: {
    failCommands: string[];
    namespace?: string;
    blockTimeMS?: number;
    errorCode?: number;
    errorExtraInfo?: object;
    closeConnection?: boolean;
  },
): Promise<() => Promise<void>> {
  const admin = db.getClient().db('admin');
  const blocking = data.blockTimeMS === undefined ? {} : { blockConnection: true };
  const { count } = await admin.command({
    configureFailPoint: 'failCommand',
    mode: { times: 1 },
    data: { ...blocking, ...data, appName: 'roavelo-api' },
  });
  return async () => {
    await admin.command({
      waitForFailPoint: 'failCommand',
      timesEntered: Number(count) + 1,
      maxTimeMS: MAX_WAIT_MS,
    });
  };
}

/** Holds back or fails all matching commands of the app until the returned function is called. */
export async function failCommands(
  db: Connection,
  data: {
    failCommands: string[];
    namespace?: string;
    blockTimeMS?: number;
    errorCode?: number;
    closeConnection?: boolean;
  },
): Promise<() => Promise<void>> {
  const admin = db.getClient().db('admin');
  const blocking = data.blockTimeMS === undefined ? {} : { blockConnection: true };
  await admin.command({
    configureFailPoint: 'failCommand',
    mode: 'alwaysOn',
    data: { ...blocking, ...data, appName: 'roavelo-api' },
  });
  return async () => {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  };
}

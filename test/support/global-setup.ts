import replicaSetSetup from './replica-set-setup.ts';
import { startNotingStatuses } from './statuses-seen.ts';

/** A replica set for the run, and a folder for the statuses that its tests see. */
export default async function globalSetup(): Promise<void> {
  await replicaSetSetup();
  startNotingStatuses();
}

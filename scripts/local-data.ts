import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { claimDataFolder } from './data-folder.ts';

/** The data of local mode: a database for each major version of mongod, and the local Clerk's state. */
const DATABASE = /^db-\d+$/;
const CLERK = /^clerk\.json(\.tmp)?$/;

/**
 * Removes the data of local mode; other files in the folder stay.
 * @throws when a running local mode uses it; nothing is removed then
 */
export async function removeLocalData(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((each) => DATABASE.test(each))) {
    await claimDataFolder(path.join(folder, name));
  }
  for (const name of names.filter((each) => DATABASE.test(each) || CLERK.test(each))) {
    await rm(path.join(folder, name), { recursive: true });
  }
}

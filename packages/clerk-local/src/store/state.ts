import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Session } from './sessions.ts';
import type { User } from './user-json.ts';
import type { Delivery } from '../webhooks/webhooks.ts';

/** The state that outlives the process. */
export interface State {
  version: 1;
  instanceId: string;
  secretKey: string;
  webhookSecret: string;
  /** PKCS #8 PEM. */
  signingKey: string;
  users: User[];
  sessions: Session[];
  deliveries: Delivery[];
}

/** Undefined without a file. @throws when the file is not a state file, so that it is not overwritten */
export async function readState(file: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const state = JSON.parse(text) as State;
    if ((state.version as unknown) === 1) return state;
  } catch {
    // Both cases throw below.
  }
  throw new Error(`${file} is not a state file of this local Clerk; move it away to start afresh`);
}

/**
 * Writes whole snapshots, one at a time: to a temporary file, synced, then renamed, so a kill -9 leaves the
 * old or the new state. Changes during a write share the next one.
 */
export class StateFile {
  readonly #file: string | undefined;
  readonly #snapshot: () => State;
  #last: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(file: string | undefined, snapshot: () => State) {
    this.#file = file;
    this.#snapshot = snapshot;
  }

  /** Resolves when every change made before the call is on disk. */
  save(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return Promise.resolve();
    if (this.#waiting) return this.#waiting;
    const write = this.#last.then(() => {
      this.#waiting = undefined;
      return writeAtomically(file, JSON.stringify(this.#snapshot()));
    });
    this.#waiting = write;
    // A failed write rejects its own callers, not later ones.
    this.#last = write.catch(() => undefined);
    return write;
  }
}

async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.tmp`;
  // The file holds the instance's keys.
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Change } from './change.ts';
import { lockFile } from './lock.ts';
import { readVersion1 } from './version-1.ts';

const HEADER = '{"format":"clerk-local","version":2}';
/** Below it, the file is not compacted. */
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

/**
 * The state of all instances: in memory, and with a file also on disk. The file has a header and then one
 * line of JSON per commit, an array of changes that are kept together or not at all. A commit appends a line
 * and syncs it; a file that has grown is replaced by a snapshot, which has the same format.
 */
export class Journal {
  readonly #items = new Map<string, Map<string, unknown>>();
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #file: string | undefined;
  #unlock: (() => Promise<void>) | undefined;
  #handle: FileHandle | undefined;
  #sizeBytes = 0;
  #snapshotBytes = 0;
  #pending: Change[] = [];
  #last: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /**
   * @param file absent: in memory only
   * @throws when another process uses the file, or when it is not a state file, so that it is not overwritten
   */
  static async open(file?: string): Promise<Journal> {
    const journal = new Journal(file);
    if (file === undefined) return journal;
    await mkdir(dirname(file), { recursive: true });
    journal.#unlock = await lockFile(file);
    try {
      await journal.#load(file);
    } catch (error) {
      await journal.#unlock();
      throw error;
    }
    return journal;
  }

  /** The stored objects of a collection by id, in the order of their creation. */
  items(scope: string, collection: string): ReadonlyMap<string, unknown> {
    return this.#mutableItems(scope, collection);
  }

  put(scope: string, collection: string, id: string, value: unknown): void {
    this.#record([scope, collection, id, value]);
  }

  delete(scope: string, collection: string, id: string): void {
    this.#record([scope, collection, id]);
  }

  /** Calls it after each change in memory, before it is on disk. */
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when all earlier changes are on disk. Commits during a write share the next write. */
  commit(): Promise<void> {
    if (this.#file === undefined) return Promise.resolve();
    if (this.#waiting) return this.#waiting;
    if (this.#pending.length === 0) return this.#last;
    const write = this.#last.then(() => {
      this.#waiting = undefined;
      return this.#write();
    });
    this.#waiting = write;
    // A failed write rejects its own callers, not later ones.
    this.#last = write.catch(() => undefined);
    return write;
  }

  async close(): Promise<void> {
    await this.commit();
    await this.#handle?.close();
    await this.#unlock?.();
  }

  #mutableItems(scope: string, collection: string): Map<string, unknown> {
    const key = `${scope}/${collection}`;
    const items = this.#items.get(key) ?? new Map<string, unknown>();
    this.#items.set(key, items);
    return items;
  }

  #record(change: Change): void {
    this.#apply(change);
    if (this.#file !== undefined) this.#pending.push(change);
    for (const listener of this.#listeners) listener(change);
  }

  #apply([scope, collection, id, value]: Change): void {
    const items = this.#mutableItems(scope, collection);
    if (value === undefined) items.delete(id);
    else items.set(id, value);
  }

  async #load(file: string): Promise<void> {
    const bytes = await readFile(file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes === undefined) {
      await this.#replace(file);
      return;
    }
    if (!bytes.toString('utf8', 0, HEADER.length + 1).startsWith(`${HEADER}\n`)) {
      const changes = readVersion1(bytes.toString());
      if (!changes) {
        throw new Error(`${file} is not a state file of this local Clerk; move it away to start afresh`);
      }
      for (const change of changes) this.#apply(change);
      await this.#replace(file);
      return;
    }
    // The rest after the last line break is a commit that was not finished, so it was not answered.
    this.#sizeBytes = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.toString('utf8', 0, this.#sizeBytes).split('\n').slice(1, -1);
    lines.forEach((line, index) => {
      for (const change of parseLine(line, `${file}: line ${index + 2}`)) this.#apply(change);
    });
    this.#handle = await open(file, 'r+');
    await this.#handle.truncate(this.#sizeBytes);
  }

  async #write(): Promise<void> {
    const changes = this.#pending;
    this.#pending = [];
    try {
      const isLarge = this.#sizeBytes > Math.max(COMPACT_ABOVE_BYTES, 4 * this.#snapshotBytes);
      if (this.#file !== undefined && isLarge) await this.#replace(this.#file);
      else await this.#append(Buffer.from(`${JSON.stringify(changes)}\n`));
    } catch (error) {
      this.#pending = [...changes, ...this.#pending];
      throw error;
    }
  }

  // At a position: after a write that failed, it overwrites what that left.
  async #append(line: Buffer): Promise<void> {
    await this.#handle?.write(line, 0, line.length, this.#sizeBytes);
    await this.#handle?.datasync();
    this.#sizeBytes += line.length;
  }

  // To a temporary file, synced, then renamed: a kill -9 leaves the old or the new file.
  async #replace(file: string): Promise<void> {
    const temporary = `${file}.tmp`;
    // The file holds the instances' keys.
    const handle = await open(temporary, 'w+', 0o600);
    try {
      const text = this.#snapshot();
      await handle.writeFile(text);
      await handle.sync();
      await rename(temporary, file);
      await syncFolder(dirname(file));
      await this.#handle?.close();
      this.#handle = handle;
      this.#sizeBytes = this.#snapshotBytes = Buffer.byteLength(text);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  #snapshot(): string {
    const lines = [HEADER];
    for (const [key, items] of this.#items) {
      const [scope, collection] = key.split('/');
      for (const [id, value] of items) lines.push(JSON.stringify([[scope, collection, id, value]]));
    }
    return `${lines.join('\n')}\n`;
  }
}

function parseLine(line: string, where: string): Change[] {
  try {
    return JSON.parse(line) as Change[];
  } catch {
    throw new Error(`${where} is damaged; move the file away to start afresh`);
  }
}

// So that the new name survives a power cut, too. Windows has no such call.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

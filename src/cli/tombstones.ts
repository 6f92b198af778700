import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Tombstone, TombstonesService, tombstoneSchema } from '../deletion/tombstones.service.js';
import { EXIT_CODES, runCommand, table, withProgress, withApp } from './command.js';
import { EXIT_DATA } from '../common/exit-codes.js';
import { parseCommandLine, UsageError } from './command-line.js';
import type { OnProgress } from '../common/progress.js';
import { parseDatabaseConfig } from '../config/config.js';
import { connect, CONNECTION_OPTIONS, requirePrivileges } from '../database/database.js';
import { DeletedUser, DeletedUserSchema } from '../deleted-users/deleted-user.schema.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';

/** A bar is not drawn for each line. */
const TELL_EVERY = 1000;
const USAGE = `
Usage: node dist/tombstones.js export > FILE
   or: node dist/tombstones.js export --to FOLDER
   or: node dist/tombstones.js replay [--dry-run] < FILE

tombstones export  every tombstone as a line of JSON, on standard output: a hash, a date and a reason, nothing personal
tombstones replay  those on standard input: who is dead by them is deleted again, after a restore (docs/operations.md)

  --to FOLDER  with export: into a new file of the day there, tombstones-YYYY-MM-DD.ndjson; it appears when it is whole
  --dry-run    with replay: only counts, nothing is changed
  -h, --help   shows this

Environment: MONGODB_URI for export, that of the service for replay.
${EXIT_CODES}
`;

async function main(): Promise<number> {
  const options = { 'dry-run': { type: 'boolean', default: false }, to: { type: 'string' } } as const;
  const given = parseCommandLine({ usage: USAGE, options, words: 1 });
  if (given === undefined) return 0;
  const [verb] = given.positionals;
  const { 'dry-run': dryRun, to: folder } = given.values;
  if (verb !== 'export' && verb !== 'replay') throw new UsageError(`There is no '${String(verb)}'.`, USAGE);
  if (verb === 'export' && dryRun)
    throw new UsageError('--dry-run is for replay: an export only reads.', USAGE);
  if (verb === 'replay' && folder !== undefined) throw new UsageError('--to is for export.', USAGE);
  if (verb === 'export') return folder === undefined ? exportAll(process.stdout) : exportInto(folder);
  const lines = readLines(await text(process.stdin));
  if (typeof lines === 'string') {
    process.stderr.write(`${lines}\n`);
    return EXIT_DATA;
  }
  return withApp(dryRun, async (app) => {
    const { known, deleted, tombstoned } = await withProgress((onProgress) =>
      app.get(TombstonesService).replay(lines, { dryRun, onProgress }),
    );
    const title = dryRun ? 'Replay of tombstones, dry run: nothing was changed.' : 'Replay of tombstones';
    const counts = table([
      ['known already', known],
      ['deleted again, with their users', deleted],
      ['tombstones only: there is no user', tombstoned],
    ]);
    process.stdout.write(`${title}\n${counts}`);
    return 0;
  });
}

/** A nightly job's way: half a file is never taken for a whole one, and a day has one file. */
async function exportInto(folder: string): Promise<number> {
  const day = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const file = path.join(folder, `tombstones-${day}.ndjson`);
  const part = `${file}.${process.pid}.part`;
  try {
    const handle = await open(part, 'w');
    const exitCode = await exportAll(handle.createWriteStream({ flush: true }));
    await rename(part, file);
    process.stdout.write(`${file}\n`);
    return exitCode;
  } catch (error) {
    await rm(part, { force: true });
    const { syscall, code } = error as NodeJS.ErrnoException;
    // Of the file system; what MongoDB says is told elsewhere.
    if (!['open', 'write', 'fsync', 'rename'].includes(syscall ?? '')) throw error;
    process.stderr.write(`The file can't be written into ${folder}: ${String(code)}.\n`);
    return 1;
  }
}

/** By a bare connection, which only reads: also from an old database that has lost its primary. */
async function exportAll(destination: Writable): Promise<number> {
  const options = { ...CONNECTION_OPTIONS, readPreference: 'secondaryPreferred' } as const;
  const connection = await connect('MONGODB_URI', parseDatabaseConfig().mongodbUri, options);
  try {
    await requirePrivileges(connection, 'MONGODB_URI', ['deletedUsers'], ['find']);
    const deletedUsers = new DeletedUsersService(connection.model(DeletedUser.name, DeletedUserSchema));
    const total = await connection.collection('deletedUsers').estimatedDocumentCount();
    await withProgress((onProgress) =>
      pipeline(linesOf(deletedUsers.allTombstones(), total, onProgress), destination, {
        end: destination !== process.stdout,
      }),
    );
    return 0;
  } finally {
    await connection.close();
  }
}

async function* linesOf(
  tombstones: AsyncIterable<DeletedUser>,
  total: number,
  onProgress: OnProgress,
): AsyncGenerator<string> {
  let done = 0;
  for await (const { subjectHash, deletedAt, reason, keptUntil } of tombstones) {
    const tombstone: Tombstone = {
      subjectHash,
      deletedAt: deletedAt.toISOString(),
      reason,
      ...(keptUntil && { keptUntil: keptUntil.toISOString() }),
    };
    yield `${JSON.stringify(tombstone)}\n`;
    done++;
    if (done % TELL_EVERY === 0)
      onProgress(Math.min(1, done / Math.max(1, total)), `${done} of ${total} tombstones`);
  }
}

/**
 * All of them, or what is wrong with the first line that is none: half a file must not be taken for all
 * of it.
 */
function readLines(input: string): Tombstone[] | string {
  const found: Tombstone[] = [];
  if (input !== '' && !input.endsWith('\n'))
    return 'The last line has no end: is the file whole? Nothing was changed.';
  for (const [index, line] of input.split('\n').slice(0, -1).entries()) {
    const parsed = tombstoneSchema.safeParse(parseJson(line));
    if (!parsed.success) return `Line ${index + 1} is no tombstone. Nothing was changed.`;
    found.push(parsed.data);
  }
  return found.length === 0 ? 'There are no tombstones on standard input. Nothing was changed.' : found;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

await runCommand(main);

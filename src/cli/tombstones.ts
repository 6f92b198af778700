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

/** Tombstones between two updates of the progress bar. */
const PROGRESS_EVERY = 1000;
const USAGE = `
Usage: node dist/tombstones.js export > FILE
   or: node dist/tombstones.js export --to FOLDER
   or: node dist/tombstones.js replay [--dry-run] < FILE

tombstones export  write all tombstones to standard output, a line of JSON each: hash, date and reason, nothing personal
tombstones replay  read tombstones from standard input, and delete their users again after a restore (docs/operations.md)

  --to FOLDER  with export: write the file of the day there, tombstones-YYYY-MM-DD.ndjson; it appears when it is complete
  --dry-run    with replay: count only, change nothing
  -h, --help   show this help

Environment: MONGODB_URI for export, the same as the service's for replay.
${EXIT_CODES}
`;

async function main(): Promise<number> {
  const options = { 'dry-run': { type: 'boolean', default: false }, to: { type: 'string' } } as const;
  const given = parseCommandLine({ usage: USAGE, options, words: 1 });
  if (given === undefined) return 0;
  const [verb] = given.positionals;
  const { 'dry-run': dryRun, to: folder } = given.values;
  if (verb !== 'export' && verb !== 'replay')
    throw new UsageError(`Unknown command '${String(verb)}'.`, USAGE);
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

/** For nightly jobs: one file per day, which appears only when it is complete. */
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
    // Only errors of the file system; others are explained elsewhere.
    if (!['open', 'write', 'fsync', 'rename'].includes(syscall ?? '')) throw error;
    process.stderr.write(`The file can't be written into ${folder}: ${String(code)}.\n`);
    return 1;
  }
}

/** With a connection that only reads: this also works for a database without a primary. */
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
    if (done % PROGRESS_EVERY === 0)
      onProgress(Math.min(1, done / Math.max(1, total)), `${done} of ${total} tombstones`);
  }
}

/** All tombstones, or the message about the first invalid line: an incomplete file must not be replayed. */
function readLines(input: string): Tombstone[] | string {
  const found: Tombstone[] = [];
  if (input !== '' && !input.endsWith('\n'))
    return 'The last line is incomplete: is the file complete? Nothing was changed.';
  for (const [index, line] of input.split('\n').slice(0, -1).entries()) {
    const parsed = tombstoneSchema.safeParse(parseJson(line));
    if (!parsed.success) return `Line ${index + 1} is not a valid tombstone. Nothing was changed.`;
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

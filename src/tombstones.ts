import process from 'node:process';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createConnection } from 'mongoose';
import { type Tombstone, TombstonesService, tombstoneSchema } from './account/tombstones.service.js';
import { EXIT_USAGE, runCommand, table, withService } from './command.js';
import { parseDatabaseConfig } from './config/config.js';
import { CONNECTION_OPTIONS, requirePrivileges } from './database.js';
import { DeletedUser, DeletedUserSchema } from './users/deleted-user.schema.js';
import { DeletedUsersService } from './users/deleted-users.service.js';

/** EX_DATAERR of sysexits.h. */
const EXIT_DATA = 65;

/**
 * `node dist/tombstones.js export`: every tombstone as a line of JSON, on standard output.
 * `node dist/tombstones.js replay [--dry-run]`: those on standard input, after a restore (docs/operations.md).
 */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const [verb] = positionals;
  if (positionals.length !== 1 || (verb !== 'export' && verb !== 'replay')) {
    process.stderr.write('Either: tombstones export > FILE, or: tombstones replay [--dry-run] < FILE\n');
    return EXIT_USAGE;
  }
  if (verb === 'export') return exportAll();
  const given = readLines(await text(process.stdin));
  if (typeof given === 'string') {
    process.stderr.write(`${given}\n`);
    return EXIT_DATA;
  }
  return withService(values['dry-run'], async (app) => {
    const { known, deleted, buried } = await app.get(TombstonesService).replay(given, values['dry-run']);
    const title = values['dry-run']
      ? 'Replay of tombstones, dry run: nothing was changed.'
      : 'Replay of tombstones';
    const counts = table([
      ['known already', known],
      ['deleted again, with their users', deleted],
      ['tombstones only: there is no user', buried],
    ]);
    process.stdout.write(`${title}\n${counts}`);
    return 0;
  });
}

/** By a bare connection, which only reads: also from an old database that has lost its primary. */
async function exportAll(): Promise<number> {
  const connection = await createConnection(parseDatabaseConfig().mongodbUri, {
    ...CONNECTION_OPTIONS,
    readPreference: 'secondaryPreferred',
  }).asPromise();
  try {
    await requirePrivileges(connection, 'MONGODB_URI', ['deletedUsers'], ['find']);
    const deletedUsers = new DeletedUsersService(connection.model(DeletedUser.name, DeletedUserSchema));
    await pipeline(linesOf(deletedUsers.allTombstones()), process.stdout, { end: false });
    return 0;
  } finally {
    await connection.close();
  }
}

async function* linesOf(tombstones: AsyncIterable<DeletedUser>): AsyncGenerator<string> {
  for await (const { subjectHash, deletedAt, reason } of tombstones) {
    const tombstone: Tombstone = { subjectHash, deletedAt: deletedAt.toISOString(), reason };
    yield `${JSON.stringify(tombstone)}\n`;
  }
}

/** All of them, or what is wrong with the first line that is none: half a file must not be taken for all of it. */
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

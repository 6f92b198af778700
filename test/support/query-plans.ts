import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { Command } from './command-proxy.js';

/** Fields of the session and the transaction, and those that `explain` refuses. */
const ENVELOPE = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'bypassDocumentValidation',
]);
const EXPLAINABLE = ['find', 'aggregate', 'count', 'distinct', 'findAndModify', 'update', 'delete'];
/** Commands of jobs in the background, which no request sent. */
const BACKGROUND = /"deletionJobs"|"deletions"|"deletedUsers".*purg|"hint":\{"receivedRequestsCount":1\}/;

/**
 * The queries and writes that the app sends during `work`, by the driver's command monitoring: its
 * MONGODB_URI needs `monitorCommands=true`. The begin and the end of a transaction don't count.
 */
export async function commandsOf(
  app: NestFastifyApplication,
  work: () => Promise<unknown>,
): Promise<Command[]> {
  const sent = await sentDuring(app, work);
  return sent.flatMap(([name, command]) =>
    [...EXPLAINABLE, 'insert', 'getMore'].includes(name) ? [command] : [],
  );
}

/** As `commandsOf`: the names of all commands, with those that end transactions. */
export async function commandNamesOf(
  app: NestFastifyApplication,
  work: () => Promise<unknown>,
): Promise<string[]> {
  return (await sentDuring(app, work)).map(([name]) => name);
}

async function sentDuring(
  app: NestFastifyApplication,
  work: () => Promise<unknown>,
): Promise<[name: string, command: Command][]> {
  const client = app.get<Connection>(getConnectionToken()).getClient();
  const sent: [string, Command][] = [];
  const note = ({ commandName, command }: { commandName: string; command: Command }) => {
    if (!BACKGROUND.test(JSON.stringify(command))) sent.push([commandName, command]);
  };
  client.on('commandStarted', note as never);
  try {
    await work();
  } finally {
    client.off('commandStarted', note as never);
  }
  return sent;
}

/** How MongoDB executes a command. */
export interface Execution {
  command: string;
  /** E.g. `IXSCAN`, `COLLSCAN`, `SORT`: all stages of the plan, also those of `$lookup` and `$unionWith`. */
  stages: Set<string>;
  docsExamined: number;
  /** The documents that its plans returned, also those of `$unionWith`. */
  returned: number;
}

/** MongoDB's `explain` of a command: an entry for each of its updates or deletes; none for an insert. */
export async function explain(db: Connection, command: Command): Promise<Execution[]> {
  const name = EXPLAINABLE.find((each) => each in command);
  if (name === undefined) return [];
  const bare = Object.fromEntries(Object.entries(command).filter(([key]) => !ENVELOPE.has(key)));
  const list = name === 'update' ? 'updates' : name === 'delete' ? 'deletes' : undefined;
  // MongoDB explains one update at a time.
  const each =
    list === undefined ? [bare] : (bare[list] as Command[]).map((one) => ({ ...bare, [list]: [one] }));
  const explained: Execution[] = [];
  for (const one of each) {
    const answer: unknown = await db.db?.command({
      explain: name === 'aggregate' ? { ...one, cursor: {} } : one,
      verbosity: 'executionStats',
    });
    const stages = new Set<string>();
    let [docsExamined, returned] = [0, 0];
    const walk = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        // Plans that were not chosen, and copies of the same tree.
        if (['rejectedPlans', 'allPlansExecution', 'command'].includes(key)) continue;
        if (key === 'stage' && typeof inner === 'string') stages.add(inner);
        if (key === 'collectionScans' && Number(inner) > 0) stages.add('COLLSCAN');
        if (key === 'totalDocsExamined') {
          docsExamined += Number(inner);
          if ('nReturned' in value) returned += Number(value.nReturned);
        }
        walk(inner);
      }
    };
    walk(answer);
    explained.push({ command: JSON.stringify(one), stages, docsExamined, returned });
  }
  return explained;
}

/** How MongoDB executed one query of the app, by its profiler. */
export interface Plan {
  /** E.g. `IXSCAN { actorId: 1, _id: -1 }`. */
  planSummary: string;
  docsExamined: number;
  keysExamined: number;
  /** Sorted in memory, not by the index. */
  hasSortStage?: boolean;
}

/** How MongoDB executed the reads of a collection during `work`, in their order. */
export async function plansOf(
  db: Connection,
  collection: string,
  work: () => Promise<unknown>,
): Promise<Plan[]> {
  const profiled = { ns: `${db.name}.${collection}`, op: { $in: ['query', 'getmore', 'command'] } };
  await db.db?.command({ profile: 2 });
  try {
    await work();
    const plans = await db.collection('system.profile').find(profiled).sort({ ts: 1 }).toArray();
    return plans as unknown as Plan[];
  } finally {
    await db.db?.command({ profile: 0 });
    await db.collection('system.profile').drop();
  }
}

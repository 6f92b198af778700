import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

/** A command as the driver sent it. */
export type Command = Record<string, unknown>;

/** What belongs to the conversation and not to the command, and what `explain` refuses. */
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
const ASKING = ['find', 'aggregate', 'count', 'distinct', 'findAndModify', 'update', 'delete'];
/** Nobody asked for these: what goes on behind the requests. */
const BACKGROUND = /"deletionJobs"|"deletions"|"deletedUsers".*purg|"hint":\{"receivedRequestsCount":1\}/;

/**
 * The queries and writes that `work` makes the app send, by the driver's command monitoring. The app's address of MongoDB needs
 * `monitorCommands=true`. Transactions' begins and ends are no commands of their own here.
 */
export async function commandsOf(
  app: NestFastifyApplication,
  work: () => Promise<unknown>,
): Promise<Command[]> {
  const client = app.get<Connection>(getConnectionToken()).getClient();
  const commands: Command[] = [];
  const note = ({ commandName, command }: { commandName: string; command: Command }) => {
    const isOurs =
      [...ASKING, 'insert', 'getMore'].includes(commandName) && !BACKGROUND.test(JSON.stringify(command));
    if (isOurs) commands.push(command);
  };
  client.on('commandStarted', note as never);
  try {
    await work();
  } finally {
    client.off('commandStarted', note as never);
  }
  return commands;
}

/** How MongoDB executes a command: what it scans. */
export interface Execution {
  command: string;
  /** E.g. `IXSCAN`, `COLLSCAN`, `SORT`; every one in the plan, with those of `$lookup` and `$unionWith`. */
  stages: Set<string>;
  docsExamined: number;
}

/** MongoDB's own explanation of a command; one for each of its updates or deletes. Empty for what looks for nothing. */
export async function explain(db: Connection, command: Command): Promise<Execution[]> {
  const name = ASKING.find((each) => each in command);
  if (name === undefined) return [];
  const bare = Object.fromEntries(Object.entries(command).filter(([key]) => !ENVELOPE.has(key)));
  const list = name === 'update' ? 'updates' : name === 'delete' ? 'deletes' : undefined;
  // It explains one at a time.
  const each =
    list === undefined ? [bare] : (bare[list] as Command[]).map((one) => ({ ...bare, [list]: [one] }));
  const explained: Execution[] = [];
  for (const one of each) {
    const answer: unknown = await db.db?.command({
      explain: name === 'aggregate' ? { ...one, cursor: {} } : one,
      verbosity: 'executionStats',
    });
    const stages = new Set<string>();
    let docsExamined = 0;
    const walk = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        // What was considered and not taken, and the same tree once more.
        if (['rejectedPlans', 'allPlansExecution', 'command'].includes(key)) continue;
        if (key === 'stage' && typeof inner === 'string') stages.add(inner);
        if (key === 'collectionScans' && Number(inner) > 0) stages.add('COLLSCAN');
        if (key === 'totalDocsExamined') docsExamined += Number(inner);
        walk(inner);
      }
    };
    walk(answer);
    explained.push({ command: JSON.stringify(one), stages, docsExamined });
  }
  return explained;
}

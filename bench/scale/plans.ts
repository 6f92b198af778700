import type { mongo } from 'mongoose';

/**
 * How mongod executed one command of the service, by its profiler; or a `$unionWith` of one, by `explain`,
 * because the profiler only adds its figures to those of the command.
 */
export interface Step {
  /** E.g. `users.find`, `users.$unionWith`. */
  command: string;
  /** E.g. `IXSCAN { clerkId: 1 }`; empty for an insert. */
  plan: string;
  keys: number;
  docs: number;
  /** Documents returned, matched, deleted or inserted. */
  returned: number;
  inMemorySort: boolean;
  /** To how many values the filter limits a field; fields without a limit to values are absent. */
  values: Record<string, number>;
}

export interface Profiled {
  ns: string;
  op: string;
  command?: Record<string, unknown>;
  planSummary?: string;
  keysExamined?: number;
  docsExamined?: number;
  nreturned?: number;
  nMatched?: number;
  ndeleted?: number;
  ninserted?: number;
  hasSortStage?: boolean;
}

/** Documents that a command reads and leaves out: the name that is being held, among those of its holder. */
const LEFT_OUT: Readonly<Record<string, number>> = { 'deletionUsernames.find': 1 };

const APP = 'roavelo-api';
const PROFILE_BYTES = 64 * 1024 * 1024;
/** Jobs in the background, which no request asked for. */
const BACKGROUND = /^(locks|deletions|deletionRollbacks|schemaMigrations|system\.profile|clerkInstances)$/;
const BY_INDEX = /^(IXSCAN|IDHACK|COUNT_SCAN|DISTINCT_SCAN|EXPRESS|CLUSTERED_IXSCAN)/;

/** Everything that the service asked of this database during `work`. */
export async function stepsOf(db: mongo.Db, work: () => Promise<unknown>): Promise<Step[]> {
  const steps: Step[] = [];
  for (const each of await profiled(db, work)) {
    const collection = collectionOf(db, each);
    if (BACKGROUND.test(collection) || isJob(each) || nameOf(each) === undefined) continue;
    steps.push(stepOf(db, each), ...(await unionsOf(db, each)));
  }
  return steps;
}

export function stepOf(db: mongo.Db, each: Profiled): Step {
  const collection = collectionOf(db, each);
  const returned = each.nreturned ?? each.nMatched ?? each.ndeleted ?? each.ninserted ?? 0;
  const docs = each.docsExamined ?? 0;
  return {
    command: `${collection}.${nameOf(each) ?? each.op}`,
    plan: each.planSummary ?? '',
    keys: each.keysExamined ?? 0,
    docs,
    returned,
    inMemorySort: each.hasSortStage === true,
    values: valuesOf(each),
  };
}

/** The collections that an aggregation reads beside its own. */
async function unionsOf(db: mongo.Db, { command = {} }: Profiled): Promise<Step[]> {
  const steps: Step[] = [];
  for (const { $unionWith } of (command['pipeline'] ?? []) as Stage[]) {
    if ($unionWith === undefined) continue;
    const { coll, pipeline } = $unionWith;
    const explained = await db.command({
      explain: { aggregate: coll, pipeline, cursor: {} },
      verbosity: 'executionStats',
    });
    steps.push({
      command: `${coll}.$unionWith`,
      ...executionOf(explained),
      values: valuesOf({ op: 'command', ns: '', command: { pipeline } }),
    });
  }
  return steps;
}

/** Plan and figures in an answer to `explain`, which holds them at the top or in a stage `$cursor`. */
function executionOf(explained: mongo.Document): Omit<Step, 'command' | 'values'> {
  const [first] = (explained['stages'] ?? [{ $cursor: explained }]) as { $cursor: mongo.Document }[];
  const { queryPlanner, executionStats } = (first ?? { $cursor: explained }).$cursor;
  const stages: Plan[] = [];
  const walk = (plan: Plan) => {
    stages.push(plan);
    for (const inner of [plan.inputStage, ...(plan.inputStages ?? [])]) if (inner !== undefined) walk(inner);
  };
  const { winningPlan } = queryPlanner as { winningPlan: Plan & { queryPlan?: Plan } };
  walk(winningPlan.queryPlan ?? winningPlan);
  const { totalKeysExamined, totalDocsExamined, nReturned } = executionStats as Record<string, number>;
  return {
    plan: stages.flatMap(summaryOf).join(', '),
    keys: totalKeysExamined ?? 0,
    docs: totalDocsExamined ?? 0,
    returned: nReturned ?? 0,
    inMemorySort: stages.some(({ stage }) => stage === 'SORT'),
  };
}

interface Plan {
  stage: string;
  keyPattern?: Record<string, number>;
  inputStage?: Plan;
  inputStages?: Plan[];
}

/** In the words of the profiler. */
function summaryOf({ stage, keyPattern }: Plan): string[] {
  if (keyPattern !== undefined) {
    const fields = Object.entries(keyPattern).map(([field, order]) => `${field}: ${order}`);
    return [`${stage} { ${fields.join(', ')} }`];
  }
  return ['COLLSCAN', 'IDHACK'].includes(stage) ? [stage] : [];
}

type Filter = Record<string, unknown>;
interface Stage {
  $match?: Filter;
  $unionWith?: { coll: string; pipeline: Stage[] };
}

function valuesOf({ op, command = {} }: Profiled): Record<string, number> {
  if (op === 'insert') return {};
  const [first] = (command['pipeline'] ?? []) as Stage[];
  const filter = command['filter'] ?? command['q'] ?? command['query'] ?? first?.$match;
  return limitsOf((filter ?? {}) as Filter);
}

const isOperators = (wanted: unknown): wanted is Filter =>
  typeof wanted === 'object' && wanted !== null && Object.getPrototypeOf(wanted) === Object.prototype;

/** By equality or `$in`, in the filter or in each branch of its `$or`. */
function limitsOf(filter: Filter): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const [field, wanted] of Object.entries(filter)) {
    if (field.startsWith('$')) continue;
    const operators = isOperators(wanted) ? wanted : undefined;
    if (operators === undefined) limits[field] = 1;
    else if (Array.isArray(operators['$in'])) limits[field] = operators['$in'].length;
  }
  const branches = ((filter['$or'] ?? []) as Filter[]).map(limitsOf);
  for (const field of Object.keys(branches[0] ?? {})) {
    const counts = branches.map((branch) => branch[field] ?? Number.NaN);
    const sum = counts.reduce((total, count) => total + count, 0);
    if (!Number.isNaN(sum)) limits[field] ??= sum;
  }
  return limits;
}

const collectionOf = (db: mongo.Db, { ns }: Profiled) => ns.slice(db.databaseName.length + 1);

/** The commands themselves, with all that the profiler knows of them. */
export async function profiled(db: mongo.Db, work: () => Promise<unknown>): Promise<Profiled[]> {
  await db.command({ profile: 0 });
  await db.dropCollection('system.profile');
  await db.createCollection('system.profile', { capped: true, size: PROFILE_BYTES });
  await db.command({ profile: 2 });
  try {
    await work();
  } finally {
    await db.command({ profile: 0 });
  }
  return profileOf(db);
}

/** What the profiler has recorded so far. */
export async function profileOf(db: mongo.Db): Promise<Profiled[]> {
  const entries = db.collection('system.profile').find({ appName: APP }).sort({ ts: 1 });
  return (await entries.toArray()) as unknown as Profiled[];
}

/** Updates, deletes and inserts have an entry for each statement, and none for their command. */
function nameOf({ op, command = {} }: Profiled): string | undefined {
  if (op === 'query') return 'find';
  if (op !== 'command') return op;
  return ['aggregate', 'findAndModify', 'count', 'distinct', 'getMore'].find((name) => name in command);
}

function isJob({ command = {} }: Profiled): boolean {
  return /"hint":\{"receivedRequestsCount":1\}|"purg|"activeOn":\{|"keptUntil":\{|\$sample/.test(
    JSON.stringify(command),
  );
}

/** What is wrong with a step; empty when it reads by an index what it returns, and nothing else. */
export function faultOf({ command, plan, docs, returned, inMemorySort }: Step): string {
  if (inMemorySort) return `${command} sorts in memory`;
  const isScan =
    plan !== '' && !plan.split(', ').every((each) => BY_INDEX.test(each) || /^[^A-Z]/.test(each));
  if (isScan) return `${command} is ${plan}`;
  if (docs > returned + (LEFT_OUT[command] ?? 0)) return `${command} reads ${docs} documents for ${returned}`;
  return '';
}

import type { Connection } from 'mongoose';

/** How MongoDB executed one query of the app. */
export interface Plan {
  /** E.g. `IXSCAN { actorId: 1, _id: -1 }`. */
  planSummary: string;
  docsExamined: number;
  keysExamined: number;
  /** Sorted in memory, not by the index. */
  hasSortStage?: boolean;
}

/** What MongoDB really did for the reads of a collection while `work` ran: its own explanation, by the profiler. */
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

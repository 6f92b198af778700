import type { Types } from 'mongoose';
import { ProblemError } from '../common/problem.js';
import { MONGO_DEADLINE_MS } from '../common/transaction.js';
import type { Lanes } from './lanes.js';

/** Changes committed in one transaction: larger ones hold others up longer and gain little (docs/decisions/0013). */
const BATCH = 50;

/** What becomes of a change: its result, or the error its caller gets. */
export type Outcome<R> = { result: R } | { problem: ProblemError };

interface Waiting<C, R> {
  change: C;
  since: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Collects the changes to one followee while the ones before are committed, and commits them together: hundreds of follows of
 * one popular account would otherwise fight over its counter. Changes of one followee happen in the order of their arrival.
 */
export class FollowQueue<C extends { followerId: Types.ObjectId }, R> {
  private readonly waiting = new Map<string, Waiting<C, R>[]>();

  /** `commit` does a batch in one transaction and tells what became of each; when it throws, all of the batch failed. */
  constructor(
    private readonly lanes: Lanes,
    private readonly commit: (followeeId: Types.ObjectId, changes: readonly C[]) => Promise<Outcome<R>[]>,
  ) {}

  /** @throws ProblemError that of the change; `dependency_unavailable` when its turn doesn't come within 5 s */
  submit(followeeId: Types.ObjectId, change: C): Promise<R> {
    return new Promise((resolve, reject) => {
      const entry = { change, since: Date.now(), resolve, reject };
      const queue = this.waiting.get(String(followeeId));
      if (queue !== undefined) {
        queue.push(entry);
        return;
      }
      this.waiting.set(String(followeeId), [entry]);
      // What arrives in this turn of the event loop is one batch already.
      setImmediate(() => void this.drain(followeeId));
    });
  }

  private async drain(followeeId: Types.ObjectId): Promise<void> {
    const key = String(followeeId);
    const queue = this.waiting.get(key) ?? [];
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      const keys = new Set([key, ...batch.map(({ change }) => String(change.followerId))]);
      await this.lanes.run([...keys], () => this.run(followeeId, batch));
    }
    this.waiting.delete(key);
  }

  private async run(followeeId: Types.ObjectId, batch: readonly Waiting<C, R>[]): Promise<void> {
    const oldest = Date.now() - MONGO_DEADLINE_MS;
    const due = batch.filter(({ since }) => since > oldest);
    for (const { since, reject } of batch) {
      if (since <= oldest) reject(new ProblemError('dependency_unavailable'));
    }
    if (due.length === 0) return;
    try {
      const outcomes = await this.commit(
        followeeId,
        due.map(({ change }) => change),
      );
      for (const [index, { resolve, reject }] of due.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('A batch lost a change'));
        else if ('problem' in outcome) reject(outcome.problem);
        else resolve(outcome.result);
      }
    } catch (error) {
      for (const { reject } of due) reject(error);
    }
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Lock } from './lock.schema.js';
import { duplicateKeyField } from './mongo-errors.js';

const LEASE_MS = 60_000;
/** Longer than any lease. A later time was written by a wrong clock and would hold the lock until then. */
const MAX_AHEAD_MS = 10 * 60_000;

export interface Lease {
  /** Call it between the steps of long work. @throws when the lock was lost: stop the work */
  renew(): Promise<void>;
  /** `isFinished`: the work was completed, not aborted. */
  release(isFinished: boolean): Promise<void>;
}

/**
 * Owns `locks`: one instance at a time does the work of a lock. The lock of a crashed owner expires
 * after a minute. All times are MongoDB's: clocks of instances may differ by more than a lease.
 */
@Injectable()
export class LocksService {
  constructor(@InjectModel(Lock.name) private readonly model: Model<Lock>) {}

  /**
   * Takes a lock, which expires when it isn't renewed for `leaseMs`.
   * @returns undefined when another owner holds it, or the work was finished less than `pauseMs` ago
   */
  async take(name: string, pauseMs = 0, leaseMs = LEASE_MS): Promise<Lease | undefined> {
    const owner = randomUUID();
    const isFree = { $and: [isPast('$until'), isPast({ $add: ['$finishedAt', pauseMs] }, pauseMs)] };
    try {
      // The condition is in the update, because the filter of an upsert can't compute.
      const lock = await this.model
        .findOneAndUpdate(
          { _id: name },
          [
            {
              $set: {
                owner: { $cond: [isFree, owner, '$owner'] },
                until: { $cond: [isFree, fromNow(leaseMs), '$until'] },
              },
            },
          ],
          { upsert: true, returnDocument: 'after', updatePipeline: true },
        )
        .lean<Lock>();
      if (lock.owner !== owner) return undefined;
    } catch (error) {
      // First use of this lock by two owners at once: the other one got it.
      if (duplicateKeyField(error) !== undefined) return undefined;
      throw error;
    }
    return {
      renew: () => this.hold(name, owner, { until: fromNow(leaseMs) }),
      release: (isFinished) =>
        this.hold(name, owner, { until: new Date(0), ...(isFinished ? { finishedAt: '$$NOW' } : {}) }),
    };
  }

  private async hold(name: string, owner: string, change: Record<string, unknown>): Promise<void> {
    const { matchedCount } = await this.model.updateOne({ _id: name, owner }, [{ $set: change }], {
      updatePipeline: true,
    });
    if (matchedCount === 0) throw new Error(`The lock ${name} was lost`);
  }
}

function fromNow(ms: number): object {
  return { $add: ['$$NOW', ms] };
}

/** Whether a time is past, or too far ahead to be true. Missing and null count as past. */
function isPast(time: unknown, longestMs = 0): object {
  return { $or: [{ $lte: [time, '$$NOW'] }, { $gt: [time, fromNow(longestMs + MAX_AHEAD_MS)] }] };
}

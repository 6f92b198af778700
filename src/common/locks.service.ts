import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Lock } from './lock.schema.js';
import { duplicateKeyField } from './mongo-errors.js';

const LEASE_MS = 60_000;

/** A lock that is held. */
export interface Lease {
  /** Call it between the steps of long work. @throws when the lock was lost: stop at once */
  renew(): Promise<void>;
  /** `isFinished`: the work was done, not given up. */
  release(isFinished: boolean): Promise<void>;
}

/** Owns `locks`: makes work exclusive over all instances. A crashed owner's lock falls open after a minute. */
@Injectable()
export class LocksService {
  constructor(@InjectModel(Lock.name) private readonly model: Model<Lock>) {}

  /**
   * Takes a lock; undefined when somebody holds it, or when the work was finished less than `pauseMs` ago. It falls open when it isn't
   * renewed for `leaseMs`.
   */
  async take(name: string, pauseMs = 0, leaseMs = LEASE_MS): Promise<Lease | undefined> {
    const owner = randomUUID();
    const now = Date.now();
    const free = {
      _id: name,
      until: { $lte: new Date(now) },
      $or: [{ finishedAt: null }, { finishedAt: { $lte: new Date(now - pauseMs) } }],
    };
    try {
      await this.model.updateOne(free, { $set: { owner, until: new Date(now + leaseMs) } }, { upsert: true });
    } catch (error) {
      // The row is there and not free, so the upsert tried to insert it once more.
      if (duplicateKeyField(error) !== undefined) return undefined;
      throw error;
    }
    return {
      renew: () => this.hold(name, owner, { until: new Date(Date.now() + leaseMs) }),
      release: (isFinished) =>
        this.hold(name, owner, { until: new Date(0), ...(isFinished ? { finishedAt: new Date() } : {}) }),
    };
  }

  private async hold(name: string, owner: string, change: Partial<Lock>): Promise<void> {
    const { matchedCount } = await this.model.updateOne({ _id: name, owner }, { $set: change });
    if (matchedCount === 0) throw new Error(`The lock ${name} was lost`);
  }
}

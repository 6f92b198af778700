import { ProblemError } from '../common/problem.js';
import { MONGO_DEADLINE_MS, pauseBefore } from '../common/mongodb/transaction.js';

/**
 * Writes per transaction. Larger batches block other transactions longer and gain little
 * (docs/decisions/0013).
 */
const BATCH_SIZE = 50;
/** Queued writes of one user; urgent writes are counted apart. */
export const MAX_QUEUED = 20;
/** Half of the connections to MongoDB: the rest stays free for reads. Urgent writes don't count. */
const MAX_RUNNING = 10;

/** The outcome of a write: its result, or the error that its caller gets. */
export type Outcome<R> = { result: R } | { problem: ProblemError };

/**
 * A transaction lost a write conflict with another process. `isLocked`: it had locked its own users, and
 * conflicted at a document that it wrote later.
 */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  constructor(
    readonly isLocked: boolean,
    cause: unknown,
  ) {
    super('The transaction conflicts with another one', { cause });
  }
}

/** A write that can be queued. */
export interface Write<C, R> {
  /** The user who asks for it: it waits in this user's queue. */
  userId: string;
  /** The other user whose document it writes, if any. */
  otherId?: string;
  /** Starts before all writes that are not urgent. */
  isUrgent: boolean;
  /** Writes with the same batch may share a transaction. Undefined: a transaction of its own. */
  batch?: string;
  change: C;
  /**
   * Tries once to commit changes, in their order, all or none.
   * @param sizeFactor for what it adds to the batch by itself: 1, less after conflicts
   * @returns an outcome for each change
   * @throws ConflictError when it has to be tried again
   */
  commit(changes: readonly C[], sizeFactor: number): Promise<Outcome<R>[]>;
}

interface QueuedWrite<C = unknown, R = unknown> extends Write<C, R> {
  queuedAt: number;
  /** How often it conflicted. */
  conflicts: number;
  /** How often it conflicted with its users locked; each time its batches get smaller. */
  splits: number;
  /** Waits some milliseconds after a conflict. */
  isBackingOff: boolean;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** By user, in the order in which users take turns: the first one has waited longest. */
type Queues = Map<string, QueuedWrite[]>;

/**
 * Schedules the writes to the social graph, so that writes of this process don't conflict in the database
 * (docs/decisions/0022):
 *
 * - Each user has a queue, and one for urgent writes.
 * - Two writes that write the same user never run at the same time. Both users are locked atomically.
 * - A write starts with all ready writes of its batch, in one transaction.
 * - Urgent writes start first. Then users take turns; a user's writes about one other user keep their order.
 * - A waiting write reserves its own user, never the other one: a busy follower doesn't delay a followee.
 * - No deadlock and no starvation: the first user in the order waits for running transactions only.
 * - After a conflict with another process a write unlocks its users until its next attempt.
 */
export class WriteScheduler {
  private readonly urgent: Queues = new Map();
  private readonly ordinary: Queues = new Map();
  /** Users whose documents are being written. */
  private readonly locked = new Set<string>();
  /** Batches whose followee is locked by another process: concurrent attempts would conflict as well. */
  private readonly contended = new Set<string | undefined>();
  private running = 0;
  private isDispatchDue = false;

  /** Whether this user may queue another write. */
  hasRoom(userId: string, isUrgent: boolean): boolean {
    return (this.queuesFor(isUrgent).get(userId)?.length ?? 0) < MAX_QUEUED;
  }

  /** @throws ProblemError the write's own problem; `dependency_unavailable` when it can't start within 5 s */
  submit<C, R>(write: Write<C, R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const state = { queuedAt: performance.now(), conflicts: 0, splits: 0, isBackingOff: false };
      const queued: QueuedWrite<C, R> = { ...write, ...state, resolve, reject };
      this.queueOf(queued).push(queued);
      this.scheduleDispatch();
    });
  }

  /** Writes that arrive in one turn of the event loop already share a batch. */
  private scheduleDispatch(): void {
    if (this.isDispatchDue) return;
    this.isDispatchDue = true;
    setImmediate(() => {
      this.isDispatchDue = false;
      this.dispatch();
    });
  }

  /** Starts all writes that can start now. */
  private dispatch(): void {
    for (const queues of [this.urgent, this.ordinary]) rejectExpired(queues);
    const reserved = new Set<string>();
    this.startReady(this.urgent, reserved, new Set());
    // A user with a waiting urgent write starts no ordinary one.
    this.startReady(this.ordinary, reserved, new Set(reserved));
  }

  private startReady(queues: Queues, reserved: Set<string>, withUrgent: ReadonlySet<string>): void {
    const isDeferred = ({ isBackingOff, batch }: QueuedWrite) => isBackingOff || this.contended.has(batch);
    const isReady = (write: QueuedWrite) => {
      const { userId, otherId = userId } = write;
      return (
        !isDeferred(write) &&
        [userId, otherId].every((id) => !this.locked.has(id) && !withUrgent.has(id)) &&
        (otherId === userId || !reserved.has(otherId))
      );
    };
    for (const [userId, queue] of [...queues]) {
      if (queues === this.ordinary && this.running >= MAX_RUNNING) return;
      const [first] = readyInOrder(queue, isReady);
      if (first !== undefined) this.start(collectBatch(first, queues, isReady), queues);
      else if (!queue.every(isDeferred)) reserved.add(userId);
    }
  }

  private start(batch: readonly QueuedWrite[], queues: Queues): void {
    const ids = batch.flatMap(({ userId, otherId = userId }) => [userId, otherId]);
    for (const id of ids) this.locked.add(id);
    for (const write of batch) {
      const queue = queues.get(write.userId) ?? [];
      queue.splice(queue.indexOf(write), 1);
      // Behind all other users.
      queues.delete(write.userId);
      if (queue.length > 0) queues.set(write.userId, queue);
    }
    const weight = queues === this.ordinary ? 1 : 0;
    this.running += weight;
    void this.run(batch).finally(() => {
      this.running -= weight;
      for (const id of ids) this.locked.delete(id);
      this.scheduleDispatch();
    });
  }

  private async run(batch: readonly QueuedWrite[]): Promise<void> {
    const [first] = batch;
    try {
      const outcomes =
        (await first?.commit(
          batch.map(({ change }) => change),
          sizeFactorOf(first),
        )) ?? [];
      for (const [index, write] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) write.reject(new Error('The commit returned no outcome for a change'));
        else if ('problem' in outcome) write.reject(outcome.problem);
        else write.resolve(outcome.result);
      }
    } catch (error) {
      if (error instanceof ConflictError) this.requeue(batch, error);
      else for (const write of batch) write.reject(error);
    }
  }

  /** Puts writes back at the front of their queues, for another attempt after a pause with jitter. */
  private requeue(batch: readonly QueuedWrite[], conflict: ConflictError): void {
    const pause = pauseBefore(batch[0]?.conflicts ?? 0);
    const oldest = performance.now() + pause - MONGO_DEADLINE_MS;
    const due = batch.filter(({ queuedAt }) => queuedAt > oldest);
    for (const write of batch) if (write.queuedAt <= oldest) write.reject(unavailable(conflict));
    for (const write of due.toReversed()) {
      write.conflicts++;
      // Another process writes one of the followers: smaller batches let the others through.
      if (conflict.isLocked) write.splits++;
      write.isBackingOff = true;
      this.queueOf(write).unshift(write);
    }
    const contended = conflict.isLocked ? undefined : batch[0]?.batch;
    if (contended !== undefined) this.contended.add(contended);
    setTimeout(() => {
      for (const write of due) write.isBackingOff = false;
      this.contended.delete(contended);
      this.scheduleDispatch();
    }, pause);
  }

  private queuesFor(isUrgent: boolean): Queues {
    return isUrgent ? this.urgent : this.ordinary;
  }

  private queueOf({ userId, isUrgent }: QueuedWrite): QueuedWrite[] {
    const queues = this.queuesFor(isUrgent);
    const queue = queues.get(userId) ?? [];
    queues.set(userId, queue);
    return queue;
  }
}

/** The ready writes of a queue, without those that would overtake a write about the same user. */
function* readyInOrder(
  queue: readonly QueuedWrite[],
  isReady: (write: QueuedWrite) => boolean,
): Generator<QueuedWrite> {
  const passedOver = new Set<string | undefined>();
  for (const write of queue) {
    if (!passedOver.has(write.otherId) && isReady(write)) yield write;
    else passedOver.add(write.otherId);
  }
}

/** A ready write with the ready writes of the same batch, as many as fit. */
function collectBatch(
  first: QueuedWrite,
  queues: Queues,
  isReady: (write: QueuedWrite) => boolean,
): QueuedWrite[] {
  if (first.batch === undefined) return [first];
  const isAlike = (write: QueuedWrite) =>
    write.batch === first.batch && write.splits === first.splits && isReady(write);
  const size = Math.max(1, Math.floor(BATCH_SIZE * sizeFactorOf(first)));
  const batch: QueuedWrite[] = [];
  for (const queue of queues.values()) {
    for (const write of readyInOrder(queue, isAlike)) {
      batch.push(write);
      if (batch.length === size) return batch;
    }
  }
  return batch;
}

/** 1, 1/4, 1/16, … */
function sizeFactorOf({ splits }: QueuedWrite): number {
  return 4 ** -splits;
}

/** Rejects writes that have waited too long. None of them was committed. */
function rejectExpired(queues: Queues): void {
  const oldest = performance.now() - MONGO_DEADLINE_MS;
  for (const [userId, queue] of [...queues]) {
    if (queue.every(({ queuedAt }) => queuedAt > oldest)) continue;
    for (const write of queue) if (write.queuedAt <= oldest) write.reject(unavailable());
    const due = queue.filter(({ queuedAt }) => queuedAt > oldest);
    if (due.length > 0) queues.set(userId, due);
    else queues.delete(userId);
  }
}

function unavailable(cause?: unknown): ProblemError {
  return new ProblemError('dependency_unavailable', undefined, { cause });
}

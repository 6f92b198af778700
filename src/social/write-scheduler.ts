import { ProblemError } from '../common/problem.js';
import { MONGO_DEADLINE_MS, pauseBefore } from '../common/mongodb/transaction.js';

/** Writes committed in one transaction: larger ones hold others up longer and gain little (docs/decisions/0013). */
const BATCH = 50;
/** Of one user, blocks counted apart. */
export const MAX_WAITING = 20;
/** Half of the connections to MongoDB, so that reads always find one. Urgent writes don't count. */
const MAX_RUNNING = 10;

/** What becomes of a write: its result, or the error its caller gets. */
export type Outcome<R> = { result: R } | { problem: ProblemError };

/** A transaction lost against one of another process. `isClaimed`: not by its claims, but by what it wrote after them. */
export class Collision extends Error {
  constructor(
    readonly isClaimed: boolean,
    cause: unknown,
  ) {
    super('The transaction collided with another one', { cause });
  }
}

/** A write that waits for its turn. */
export interface Write<C, R> {
  /** The user who asks for it. */
  userId: string;
  /** The other user whose document it writes, if any. */
  otherId?: string;
  /** Goes ahead of all that are not. */
  isUrgent: boolean;
  /** Writes of one batch may share a transaction. Undefined: it has one of its own. */
  batch?: string;
  change: C;
  /**
   * One attempt to commit changes, in their order, all or none; tells what became of each. `share`: of the usual size of whatever
   * it collects by itself, 1 or less after collisions.
   * @throws Collision to be tried again
   */
  commit(changes: readonly C[], share: number): Promise<Outcome<R>[]>;
}

interface Entry<C = unknown, R = unknown> extends Write<C, R> {
  since: number;
  /** How often it collided, and how often with the claims done: each of these makes its batches smaller. */
  attempts: number;
  splits: number;
  /** After a collision, for some milliseconds. */
  isPaused: boolean;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** By user. The first line has waited longest for a turn. */
type Lines = Map<string, Entry[]>;

/**
 * Decides which writes to the social graph run when, so that those of this process don't collide in the database: two that write one
 * user never run at the same time.
 *
 * - A write starts when both of its users are free; all of its batch that can start by then go with it. One that can't start
 *   holds up nothing but its own user, so a busy follower never holds up a followee.
 * - Urgent ones go first, then users take turns; each user's own writes about one other user keep their order.
 * - A user whose write waits is left alone by all later in this order. So the first in it waits for running transactions only: there is
 *   no deadlock, and no write waits for ever.
 * - A write that collides with another process lets go of its users until it is tried again.
 */
export class Turns {
  private readonly urgent: Lines = new Map();
  private readonly ordinary: Lines = new Map();
  /** Users whose documents are being written. */
  private readonly busy = new Set<string>();
  /** Batches whose followee is busy in another process: more attempts at once would only collide as well. */
  private readonly contended = new Set<string | undefined>();
  private running = 0;
  private isPassDue = false;

  /** Whether another write of this user may wait. */
  hasRoom(userId: string, isUrgent: boolean): boolean {
    return (this.linesOf(isUrgent).get(userId)?.length ?? 0) < MAX_WAITING;
  }

  /** @throws ProblemError that of the write; `dependency_unavailable` when its turn doesn't come within 5 s */
  submit<C, R>(write: Write<C, R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const state = { since: performance.now(), attempts: 0, splits: 0, isPaused: false };
      const entry: Entry<C, R> = { ...write, ...state, resolve, reject };
      this.lineOf(entry).push(entry);
      this.schedule();
    });
  }

  /** What arrives in one turn of the event loop is one batch already. */
  private schedule(): void {
    if (this.isPassDue) return;
    this.isPassDue = true;
    setImmediate(() => {
      this.isPassDue = false;
      this.pass();
    });
  }

  /** Starts what can start now. */
  private pass(): void {
    for (const lines of [this.urgent, this.ordinary]) expire(lines);
    const reserved = new Set<string>();
    this.startAll(this.urgent, reserved, new Set());
    // Not even their own user's other writes get in the way of urgent ones.
    this.startAll(this.ordinary, reserved, new Set(reserved));
  }

  private startAll(lines: Lines, reserved: Set<string>, closed: ReadonlySet<string>): void {
    const rests = ({ isPaused, batch }: Entry) => isPaused || this.contended.has(batch);
    const isReady = (entry: Entry) => {
      const { userId, otherId = userId } = entry;
      return (
        !rests(entry) &&
        [userId, otherId].every((id) => !this.busy.has(id) && !closed.has(id)) &&
        (otherId === userId || !reserved.has(otherId))
      );
    };
    for (const [userId, line] of [...lines]) {
      if (lines === this.ordinary && this.running >= MAX_RUNNING) return;
      const [first] = inOrder(line, isReady);
      if (first !== undefined) this.start(batchOf(first, lines, isReady), lines);
      else if (!line.every(rests)) reserved.add(userId);
    }
  }

  private start(batch: readonly Entry[], lines: Lines): void {
    const ids = batch.flatMap(({ userId, otherId = userId }) => [userId, otherId]);
    for (const id of ids) this.busy.add(id);
    for (const entry of batch) {
      const line = lines.get(entry.userId) ?? [];
      line.splice(line.indexOf(entry), 1);
      // To the end: it is everybody else's turn.
      lines.delete(entry.userId);
      if (line.length > 0) lines.set(entry.userId, line);
    }
    const weight = lines === this.ordinary ? 1 : 0;
    this.running += weight;
    void this.run(batch).finally(() => {
      this.running -= weight;
      for (const id of ids) this.busy.delete(id);
      this.schedule();
    });
  }

  private async run(batch: readonly Entry[]): Promise<void> {
    const [first] = batch;
    try {
      const outcomes =
        (await first?.commit(
          batch.map(({ change }) => change),
          shareOf(first),
        )) ?? [];
      for (const [index, entry] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) entry.reject(new Error('A batch lost a change'));
        else if ('problem' in outcome) entry.reject(outcome.problem);
        else entry.resolve(outcome.result);
      }
    } catch (error) {
      if (error instanceof Collision) this.putBack(batch, error);
      else for (const entry of batch) entry.reject(error);
    }
  }

  /** In front of their lines, for another attempt after a pause with jitter. */
  private putBack(batch: readonly Entry[], collision: Collision): void {
    const pause = pauseBefore(batch[0]?.attempts ?? 0);
    const oldest = performance.now() + pause - MONGO_DEADLINE_MS;
    const due = batch.filter(({ since }) => since > oldest);
    for (const entry of batch) if (entry.since <= oldest) entry.reject(unavailable(collision));
    for (const entry of due.toReversed()) {
      entry.attempts++;
      // One of its followers is busy in another process: the others get through in smaller batches.
      if (collision.isClaimed) entry.splits++;
      entry.isPaused = true;
      this.lineOf(entry).unshift(entry);
    }
    const contended = collision.isClaimed ? undefined : batch[0]?.batch;
    if (contended !== undefined) this.contended.add(contended);
    setTimeout(() => {
      for (const entry of due) entry.isPaused = false;
      this.contended.delete(contended);
      this.schedule();
    }, pause);
  }

  private linesOf(isUrgent: boolean): Lines {
    return isUrgent ? this.urgent : this.ordinary;
  }

  private lineOf({ userId, isUrgent }: Entry): Entry[] {
    const lines = this.linesOf(isUrgent);
    const line = lines.get(userId) ?? [];
    lines.set(userId, line);
    return line;
  }
}

/** Those of a line that are ready, without those that would overtake one about the same user. */
function* inOrder(line: readonly Entry[], isReady: (entry: Entry) => boolean): Generator<Entry> {
  const overtaken = new Set<string | undefined>();
  for (const entry of line) {
    if (!overtaken.has(entry.otherId) && isReady(entry)) yield entry;
    else overtaken.add(entry.otherId);
  }
}

/** What goes with a write that can start: all of its batch that can as well, as many as fit. */
function batchOf(first: Entry, lines: Lines, isReady: (entry: Entry) => boolean): Entry[] {
  if (first.batch === undefined) return [first];
  const isAlike = (entry: Entry) =>
    entry.batch === first.batch && entry.splits === first.splits && isReady(entry);
  const size = Math.max(1, Math.floor(BATCH * shareOf(first)));
  const batch: Entry[] = [];
  for (const line of lines.values()) {
    for (const entry of inOrder(line, isAlike)) {
      batch.push(entry);
      if (batch.length === size) return batch;
    }
  }
  return batch;
}

/** 1, 1/4, 1/16, … */
function shareOf({ splits }: Entry): number {
  return 4 ** -splits;
}

/** Rejects writes that have waited too long; none of them has happened. */
function expire(lines: Lines): void {
  const oldest = performance.now() - MONGO_DEADLINE_MS;
  for (const [userId, line] of [...lines]) {
    if (line.every(({ since }) => since > oldest)) continue;
    for (const entry of line) if (entry.since <= oldest) entry.reject(unavailable());
    const due = line.filter(({ since }) => since > oldest);
    if (due.length > 0) lines.set(userId, due);
    else lines.delete(userId);
  }
}

function unavailable(cause?: unknown): ProblemError {
  return new ProblemError('dependency_unavailable', undefined, { cause });
}

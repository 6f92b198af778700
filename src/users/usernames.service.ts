import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Connection, Model, Types } from 'mongoose';
import { duplicateKeyField } from '../common/mongodb/mongo-errors.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { ClerkUser } from '../clerk/clerk-user.js';
import { hashSubject } from '../deleted-users/deleted-users.service.js';
import { DeletionUsername } from './deletion-username.schema.js';
import { User } from './user.schema.js';
import { generateUsername, isUsername, reservedUsernames, USERNAME, USERNAME_RULE } from './username.js';
import type { ProfileChange } from './users.service.js';

const DAY_MS = 24 * 60 * 60_000;
/**
 * Names held for one former holder. Older ones become free, or one account could block any number of
 * names.
 */
const MAX_HELD_NAMES = 10;
/** Longer than any request that reserves a username. */
const RESERVED_FOR_MS = 30_000;

/**
 * Decides who may have which username, and changes usernames. Reserved names, and names that another
 * user gave up recently, count as taken. Owns `deletionUsernames` (docs/decisions/0032).
 */
@Injectable()
export class UsernamesService {
  private readonly isReserved: (username: string) => boolean;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectConnection() private readonly connection: Connection,
    @InjectModel(User.name) private readonly users: Model<User>,
    @InjectModel(DeletionUsername.name) private readonly held: Model<DeletionUsername>,
  ) {
    this.isReserved = reservedUsernames(config.usernames.reserved);
  }

  /** The username of a new user: Clerk's own if it is allowed and free, otherwise a generated one. */
  async ofNewUser(
    { clerkId, username, profile }: ClerkUser,
    isTaken: boolean,
    session: ClientSession,
  ): Promise<string> {
    const isAllowed =
      !isTaken && username !== undefined && isUsername(username) && !this.isReserved(username);
    if (isAllowed && !(await this.isHeld(username, clerkId, session))) return username;
    for (;;) {
      const generated = generateUsername(this.config.usernames.from, profile);
      if (!this.isReserved(generated)) return generated;
    }
  }

  /**
   * Writes a profile change with a new username. It ends open reservations; the former username is held
   * for the user.
   * @returns the user after the change; null when the user was deleted meanwhile
   * @throws ProblemError `username_taken`, `validation_failed`
   */
  async change(user: User, change: ProfileChange & { username: string }): Promise<User | null> {
    return inTransaction(this.connection, async (session) => {
      const before = await this.users.findById(user._id).session(session).lean<User>();
      if (before === null) return null;
      await this.requireFree(before, change.username, session);
      const changed = await unlessTaken(
        this.users
          .findByIdAndUpdate(
            user._id,
            { $set: change, $unset: { usernameReservation: 1 } },
            { returnDocument: 'after', session },
          )
          .lean<User>(),
      );
      if (!isReserving(before)) await this.holdFormer(before, change.username, session);
      return changed;
    });
  }

  /**
   * Writes a username that `restore` may take back. While another request's reservation is open, the
   * username to restore stays the same.
   * @param reservation an id that only this request uses
   * @throws ProblemError `username_taken`, `validation_failed`
   */
  async reserve({ _id }: User, username: string, reservation: string): Promise<void> {
    await inTransaction(this.connection, async (session) => {
      const before = await this.users.findById(_id).session(session).lean<User>();
      if (before === null) return;
      await this.requireFree(before, username, session);
      const isOpen = { $gt: ['$usernameReservation.until', '$$NOW'] };
      const usernameReservation = {
        id: { $literal: reservation },
        previous: { $cond: [isOpen, '$usernameReservation.previous', '$username'] },
        until: { $add: ['$$NOW', RESERVED_FOR_MS] },
      };
      await unlessTaken(
        this.users.updateOne({ _id }, [{ $set: { username: { $literal: username }, usernameReservation } }], {
          session,
          timestamps: false,
          updatePipeline: true,
        }),
      );
      // Held at once: no other user can take it while it may have to be restored.
      if (!isReserving(before)) await this.holdFormer(before, username, session);
    });
  }

  /** Restores the username from before a reservation, unless another request has changed it since. */
  async restore({ _id }: User, reservation: string): Promise<void> {
    await this.users.updateOne(
      { _id, 'usernameReservation.id': reservation },
      [{ $set: { username: '$usernameReservation.previous' } }, { $unset: 'usernameReservation' }],
      { timestamps: false, updatePipeline: true },
    );
  }

  /** Holds a username for its former holder, in the transaction that takes it from the user. */
  async hold(username: string, clerkId: string, session: ClientSession): Promise<void> {
    const { holdDays } = this.config.usernames;
    if (holdDays === 0) return;
    const subjectHash = hashSubject(clerkId);
    const until = new Date(Date.now() + holdDays * DAY_MS);
    const nameHash = this.hash(username);
    await this.held.updateOne({ nameHash }, { $set: { until, subjectHash } }, { upsert: true, session });
    // Never this one: rows from before `USERNAME_HOLD_DAYS` was lowered may last longer.
    const surplus = await this.held
      .find({ subjectHash, nameHash: { $ne: nameHash } }, { _id: 1 })
      .sort({ until: -1 })
      .skip(MAX_HELD_NAMES - 1)
      .session(session)
      .lean<{ _id: Types.ObjectId }[]>();
    if (surplus.length > 0)
      await this.held.deleteMany({ _id: { $in: surplus.map(({ _id }) => _id) } }, { session });
  }

  /**
   * Users may keep their current username, whatever it is.
   * @throws ProblemError `username_taken`, `validation_failed`
   */
  private async requireFree(user: User, username: string, session: ClientSession): Promise<void> {
    if (username === user.username) return;
    if (!USERNAME.test(username)) {
      const errors = [{ pointer: '/username', detail: USERNAME_RULE }];
      throw new ProblemError('validation_failed', undefined, { errors });
    }
    if (this.isReserved(username) || (await this.isHeld(username, user.clerkId, session)))
      throw new ProblemError('username_taken');
  }

  private async holdFormer(before: User, username: string, session: ClientSession): Promise<void> {
    if (before.username !== username) await this.hold(before.username, before.clerkId, session);
  }

  private async isHeld(username: string, clerkId: string, session: ClientSession): Promise<boolean> {
    const held = await this.held
      .findOne({ nameHash: this.hash(username) })
      .session(session)
      .lean<DeletionUsername>();
    return held !== null && held.until > new Date() && held.subjectHash !== hashSubject(clerkId);
  }

  private hash(username: string): string {
    const { appSecret } = this.config;
    if (appSecret === undefined) throw new Error('APP_SECRET is missing: call prepareDatabase first');
    return createHmac('sha256', appSecret).update(`username ${username}`).digest('hex');
  }
}

/**
 * Whether the username is reserved by a request that may still restore the former one, which is held
 * already. False when that request named the username that the user had.
 */
function isReserving({ username, usernameReservation }: User): boolean {
  return (
    usernameReservation !== undefined &&
    usernameReservation.previous !== username &&
    usernameReservation.until > new Date()
  );
}

/** Turns the duplicate key of a username into ProblemError `username_taken`. */
async function unlessTaken<T>(write: PromiseLike<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (duplicateKeyField(error) === 'username') throw new ProblemError('username_taken');
    throw error;
  }
}

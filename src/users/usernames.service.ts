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
/** Of one former holder. Its oldest ones are free again beyond, or one account could hold back any number of names. */
const MAX_HELD_NAMES = 10;
/** Longer than any request that reserves a username takes. */
const RESERVED_FOR_MS = 30_000;

/**
 * Who may have which username, and everything that gives a user another one. A name that is reserved, or that another user gave up
 * a short time ago, is as good as taken. Owns `deletionUsernames` (docs/decisions/0032).
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

  /** The name of a new user: Clerk's own if it may be taken here, unless that was tried; else a generated one. */
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
   * Writes what the user may change, the username among it. It is theirs then, whatever request reserved one before; the one of before
   * is held back for them.
   * @returns the user as it is now; null when it was deleted meanwhile
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
      if (!isReserving(before)) await this.giveUp(before, change.username, session);
      return changed;
    });
  }

  /**
   * Writes a username that may have to be given back. While another request's reservation is open, what to go back to is the same.
   * @param reservation of this request alone
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
      // Held from now on: nobody else takes it while it may have to be given back.
      if (!isReserving(before)) await this.giveUp(before, username, session);
    });
  }

  /** Gives a reserved username back, unless another request has reserved or changed the username since. */
  async restore({ _id }: User, reservation: string): Promise<void> {
    await this.users.updateOne(
      { _id, 'usernameReservation.id': reservation },
      [{ $set: { username: '$usernameReservation.previous' } }, { $unset: 'usernameReservation' }],
      { timestamps: false, updatePipeline: true },
    );
  }

  /** Holds a username back for its former holder, in the transaction that takes it from the user. */
  async hold(username: string, clerkId: string, session: ClientSession): Promise<void> {
    const { holdDays } = this.config.usernames;
    if (holdDays === 0) return;
    const subjectHash = hashSubject(clerkId);
    const until = new Date(Date.now() + holdDays * DAY_MS);
    const nameHash = this.hash(username);
    await this.held.updateOne({ nameHash }, { $set: { until, subjectHash } }, { upsert: true, session });
    // This one stays in any case: rows from before `USERNAME_HOLD_DAYS` was lowered may last longer.
    const surplus = await this.held
      .find({ subjectHash, nameHash: { $ne: nameHash } }, { _id: 1 })
      .sort({ until: -1 })
      .skip(MAX_HELD_NAMES - 1)
      .session(session)
      .lean<{ _id: Types.ObjectId }[]>();
    if (surplus.length > 0)
      await this.held.deleteMany({ _id: { $in: surplus.map(({ _id }) => _id) } }, { session });
  }

  /** The name that a user has already stays theirs, whatever it is. @throws ProblemError `username_taken`, `validation_failed` */
  private async requireFree(user: User, username: string, session: ClientSession): Promise<void> {
    if (username === user.username) return;
    if (!USERNAME.test(username)) {
      const errors = [{ pointer: '/username', detail: USERNAME_RULE }];
      throw new ProblemError('validation_failed', undefined, { errors });
    }
    if (this.isReserved(username) || (await this.isHeld(username, user.clerkId, session)))
      throw new ProblemError('username_taken');
  }

  private async giveUp(before: User, username: string, session: ClientSession): Promise<void> {
    if (before.username !== username) await this.hold(before.username, before.clerkId, session);
  }

  /** Whether a username is held back for another subject than this one. */
  private async isHeld(username: string, clerkId: string, session: ClientSession): Promise<boolean> {
    const held = await this.held
      .findOne({ nameHash: this.hash(username) })
      .session(session)
      .lean<DeletionUsername>();
    return held !== null && held.until > new Date() && held.subjectHash !== hashSubject(clerkId);
  }

  private hash(username: string): string {
    const { appSecret } = this.config;
    if (appSecret === undefined) throw new Error('prepareDatabase comes first: it finds the APP_SECRET');
    return createHmac('sha256', appSecret).update(`username ${username}`).digest('hex');
  }
}

/**
 * Whether the user's name is one that a request has reserved and may give back: the name of before is held already. Not so when a
 * request came with the name that the user had.
 */
function isReserving({ username, usernameReservation }: User): boolean {
  return (
    usernameReservation !== undefined &&
    usernameReservation.previous !== username &&
    usernameReservation.until > new Date()
  );
}

/** @throws ProblemError `username_taken` for the duplicate key that a write of a username can meet */
async function unlessTaken<T>(write: PromiseLike<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (duplicateKeyField(error) === 'username') throw new ProblemError('username_taken');
    throw error;
  }
}

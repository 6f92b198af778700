import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage, Types } from 'mongoose';
import { isShutOut, NOT_SHUT_OUT, User } from './user.schema.js';

export type CardUser = Pick<User, '_id' | keyof typeof CARD_FIELDS>;
const CARD_FIELDS = {
  username: 1,
  firstName: 1,
  lastName: 1,
  profilePicture: 1,
  bio: 1,
  homeCountry: 1,
  visibility: 1,
  followersCount: 1,
  followingCount: 1,
} as const satisfies Partial<Record<keyof User, 1>>;

/** A row of a list of users. `user` has one card; none when the user is deleted or shut out. */
export interface CardRow {
  _id: Types.ObjectId;
  user: CardUser[];
}

/** Sorts after every character of usernames. */
const AFTER_ANY = '\u{10FFFF}';

/**
 * Reads of users as public cards, without users who are shut out. The social graph adds what depends on
 * the viewer.
 */
@Injectable()
export class UserCardsService {
  constructor(@InjectModel(User.name) private readonly model: Model<User>) {}

  /** Which of these users exist and are not shut out. */
  async findVisibleIds(ids: readonly Types.ObjectId[]): Promise<ReadonlySet<string>> {
    const users = await this.model.find({ _id: { $in: ids }, ...NOT_SHUT_OUT }, { _id: 1 }).lean<User[]>();
    return new Set(users.map(({ _id }) => String(_id)));
  }

  /** An aggregation stage that adds the card of the user in `localField` to each document (`CardRow`). */
  cardStage(localField: string): PipelineStage.Lookup {
    return {
      $lookup: {
        from: this.model.collection.name,
        localField,
        foreignField: '_id',
        as: 'user',
        pipeline: [{ $match: NOT_SHUT_OUT }, { $project: CARD_FIELDS }],
      },
    };
  }

  findByUsername(username: string): Promise<CardUser | null> {
    return this.model.findOne({ username, ...NOT_SHUT_OUT }, CARD_FIELDS).lean<CardUser>();
  }

  /**
   * Users by the prefix of their usernames, in order, after a username. Users who are shut out are rows
   * without a card.
   */
  async findByUsernamePrefix(
    prefix: string,
    after: string | undefined,
    limit: number,
  ): Promise<(CardRow & Pick<User, 'username'>)[]> {
    const from = after === undefined ? { $gte: prefix } : { $gt: after };
    const fields = { ...CARD_FIELDS, banned: 1, suspendedAt: 1 } as const;
    const users = await this.model
      .find({ username: { ...from, $lt: prefix + AFTER_ANY } }, fields)
      .sort({ username: 1 })
      .limit(limit)
      .lean<User[]>();
    return users.map((user) => ({
      _id: user._id,
      username: user.username,
      user: isShutOut(user) ? [] : [user],
    }));
  }
}

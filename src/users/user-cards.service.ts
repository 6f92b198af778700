import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage, Types } from 'mongoose';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { User } from './user.schema.js';

/** What a card shows, and what hides it (`isShutOut`). */
export type StoredCard = Pick<User, '_id' | keyof typeof CARD_FIELDS>;
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
  banned: 1,
  suspendedAt: 1,
} as const satisfies Partial<Record<keyof User, 1>>;

/** A row of a list of users, and its place in it. */
export interface UserRow {
  _id: Types.ObjectId;
  userId: Types.ObjectId;
}

const OPTIONS = { projection: CARD_FIELDS, maxTimeMS: SERVER_DEADLINE_MS };

/** Sorts after every character of usernames. */
const AFTER_ANY = '\u{10FFFF}';

/**
 * Reads of users as public cards, also of users who are shut out. The social graph decides what a viewer
 * sees of them.
 */
@Injectable()
export class UserCardsService {
  constructor(@InjectModel(User.name) private readonly model: Model<User>) {}

  /** The cards of these users, as a stage for a query of another collection. */
  cardsStage(ids: readonly Types.ObjectId[]): PipelineStage.UnionWith {
    return {
      $unionWith: {
        coll: this.model.collection.name,
        pipeline: [{ $match: { _id: { $in: [...ids] } } }, { $project: CARD_FIELDS }],
      },
    };
  }

  findByUsername(username: string): Promise<StoredCard | null> {
    return this.model.collection.findOne<StoredCard>({ username }, OPTIONS);
  }

  /** Users by the prefix of their usernames, in order, after a username. */
  findByUsernamePrefix(prefix: string, after: string | undefined, limit: number): Promise<StoredCard[]> {
    const from = after === undefined ? { $gte: prefix } : { $gt: after };
    return this.model.collection
      .find<StoredCard>({ username: { ...from, $lt: prefix + AFTER_ANY } }, OPTIONS)
      .sort({ username: 1 })
      .limit(limit)
      .toArray();
  }
}

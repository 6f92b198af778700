import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import { type ClientSession, type Model, type mongo, type PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { hinted } from '../common/mongodb/hinted.js';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { Cursors, idsAfter, type Page, type PageQuery } from '../common/http/page.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import type { UserRow } from '../users/user-cards.service.js';
import { COUNTRY_INDEX, ENTRY_DEFAULTS, Wishlist, type WishlistEntry } from './wishlist.schema.js';
import type { WishlistChange } from './wishlist.dto.js';

/** Owns `wishlists`. */
@Injectable()
export class WishlistService implements OnModuleInit {
  private readonly counts: DataLoader<string, number>;
  private readonly lists: DataLoader<string, readonly WishlistEntry[]>;

  constructor(
    @InjectModel(Wishlist.name) private readonly model: Model<Wishlist>,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {
    this.counts = joinedReads((ids) => this.countAll(ids));
    this.lists = joinedReads((ids) => this.findLists(ids));
  }

  /** The driver's own, for queries and writes whose values need no cast. */
  private get collection(): mongo.Collection<Wishlist> {
    return this.model.collection as never;
  }

  onModuleInit(): void {
    this.registry.register({
      collection: 'wishlists',
      creates: async (userId, session) => {
        await this.model.create([{ _id: userId, items: [] }], { session });
      },
      counts: { wishlistCount: { $size: '$items' } },
      exports: { wishlist: ({ userId }) => this.export(userId) },
      erase: 'fence',
      isLeft: async ({ userId }) => (await this.model.exists({ _id: userId })) !== null,
    });
  }

  /** How many countries the wishlist has; 0 for a deleted user. */
  count(userId: Types.ObjectId): Promise<number> {
    return this.counts.load(String(userId));
  }

  /** A page, newest first. @throws ProblemError `invalid_cursor` */
  async list(owner: Types.ObjectId, viewer: Types.ObjectId, query: PageQuery): Promise<Page<WishlistEntry>> {
    const scope = ['wishlist', String(owner), String(viewer)];
    const position = this.cursors.position(scope, query.cursor);
    const sorted = (await this.lists.load(String(owner))).toSorted(byNewest);
    const after = position === undefined ? undefined : placeOf(position);
    const items = after === undefined ? sorted : sorted.filter((item) => byNewest(item, after) > 0);
    return this.cursors.page(scope, items, query.limit, positionOf);
  }

  /** Those of these users who want to go to a country, newest accounts first, after a position. */
  findWanting(
    among: readonly Types.ObjectId[],
    countryCode: string,
    position: string | undefined,
    limit: number,
  ): Promise<UserRow[]> {
    const pipeline: PipelineStage[] = [
      {
        $match: {
          _id: { $in: [...among], ...idsAfter(position)._id },
          items: { $elemMatch: { countryCode, visited: false } },
        },
      },
      { $sort: { _id: -1 } },
      { $limit: limit },
      { $project: { userId: '$_id' } },
    ];
    return hinted(this.model, COUNTRY_INDEX, (hint) => this.model.aggregate<UserRow>(pipeline, hint));
  }

  /**
   * How many wishlists of the chunk after `after` want each country.
   * @returns `last`: the `after` of the next chunk; undefined after the last one
   */
  async countWanted(
    after: Types.ObjectId | undefined,
    limit: number,
  ): Promise<{ counts: { countryCode: string; count: number }[]; last: Types.ObjectId | undefined }> {
    const groups = await this.model.aggregate<{ _id: string | null; count: number; last: Types.ObjectId }>([
      { $match: after === undefined ? {} : { _id: { $gt: after } } },
      { $sort: { _id: 1 } },
      { $limit: limit },
      // Keeps empty wishlists: the last one of a chunk may be empty.
      { $unwind: { path: '$items', preserveNullAndEmptyArrays: true } },
      {
        $group: {
          _id: { $ifNull: ['$items.countryCode', null] },
          count: { $sum: { $cond: ['$items.visited', 0, 1] } },
          last: { $max: '$_id' },
        },
      },
    ]);
    const counts = groups.flatMap(({ _id, count }) => (_id === null ? [] : [{ countryCode: _id, count }]));
    const ends = groups.map(({ last }) => last).sort((a, b) => (String(a) < String(b) ? -1 : 1));
    return { counts, last: ends.at(-1) };
  }

  /**
   * Adds a country, or changes the given fields of one that is there.
   * @throws ProblemError `account_deleted` when the user is gone
   */
  async put(
    userId: Types.ObjectId,
    countryCode: string,
    change: WishlistChange,
  ): Promise<{ item: WishlistEntry; isNew: boolean }> {
    const { note = '', priority = null, visited = false } = change;
    const item = { countryCode, addedAt: new Date(), note, priority, visited };
    const before = await this.collection.findOneAndUpdate(
      { _id: userId },
      [{ $set: { items: itemsWith(item, change) } }],
      {
        // The item as it was shows which one of concurrent requests has added it.
        returnDocument: 'before',
        projection: { _id: 0, items: { $elemMatch: { countryCode } } },
        maxTimeMS: SERVER_DEADLINE_MS,
      },
    );
    if (before === null) throw new ProblemError('account_deleted');
    const [known] = (before as Partial<Wishlist>).items ?? [];
    return known === undefined
      ? { item, isNew: true }
      : { item: Object.assign({}, known, change), isNew: false };
  }

  async remove(userId: Types.ObjectId, countryCode: string): Promise<void> {
    await this.collection.updateOne(
      { _id: userId },
      { $pull: { items: { countryCode } } },
      { maxTimeMS: SERVER_DEADLINE_MS },
    );
  }

  /** Deletes the wishlist together with its user. */
  async removeWishlist(userId: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.model.deleteOne({ _id: userId }, { session });
  }

  private async *export(userId: Types.ObjectId): AsyncGenerator {
    const wishlist = await this.model.findById(userId).lean<Wishlist>();
    for (const item of wishlist?.items.toReversed() ?? []) {
      yield { ...withDefaults(ENTRY_DEFAULTS, item), addedAt: item.addedAt.toISOString() };
    }
  }

  /** The items of each of these users as they are stored; no items of a deleted user. */
  private async findLists(ids: readonly string[]): Promise<(readonly WishlistEntry[])[]> {
    const wishlists = await this.collection
      .find(
        { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } },
        { batchSize: ids.length + 1, maxTimeMS: SERVER_DEADLINE_MS },
      )
      .toArray();
    const byId = new Map(wishlists.map(({ _id, items }) => [String(_id), items]));
    return ids.map((id) => byId.get(id) ?? []);
  }

  private async countAll(ids: readonly string[]): Promise<number[]> {
    const counted = await this.model
      .find({ _id: { $in: ids } }, { count: { $size: '$items' } })
      .lean<{ _id: Types.ObjectId; count: number }[]>();
    const byId = new Map(counted.map(({ _id, count }) => [String(_id), count]));
    return ids.map((id) => byId.get(id) ?? 0);
  }
}

/**
 * MongoDB's expression for the items with this one added, or with the given fields of the one that is
 * there changed. What users write is literal: a note may begin with `$`.
 */
function itemsWith(item: WishlistEntry, change: WishlistChange): object {
  const { countryCode } = item;
  const changed = {
    $cond: [
      { $eq: ['$$this.countryCode', countryCode] },
      { $mergeObjects: ['$$this', { $literal: change }] },
      '$$this',
    ],
  };
  return {
    $cond: [
      { $in: [countryCode, '$items.countryCode'] },
      Object.keys(change).length === 0 ? '$items' : { $map: { input: '$items', in: changed } },
      { $concatArrays: ['$items', { $literal: [item] }] },
    ],
  };
}

type Place = Pick<WishlistEntry, 'addedAt' | 'countryCode'>;

/**
 * Newest first, and by code in the same millisecond; neither ever changes. Items are stored in the order of
 * adding, unless clocks of instances differ.
 */
function byNewest(a: Place, b: Place): number {
  return Number(b.addedAt) - Number(a.addedAt) || (a.countryCode < b.countryCode ? 1 : -1);
}

/** The place of an item as a position for cursors. */
function positionOf({ addedAt, countryCode }: Place): string {
  return `${addedAt.toISOString()} ${countryCode}`;
}

function placeOf(position: string): Place {
  const [time = '', countryCode = ''] = position.split(' ');
  return { addedAt: new Date(time), countryCode };
}

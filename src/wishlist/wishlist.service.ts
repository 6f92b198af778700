import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import { type ClientSession, type Model, type mongo, type PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { hinted } from '../common/mongodb/hinted.js';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { Cursors, idsAfter, type Page } from '../common/http/page.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import type { UserRow } from '../users/user-cards.service.js';
import { type CountryNames, countryNames } from './countries.js';
import { COUNTRY_INDEX, ENTRY_DEFAULTS, Wishlist, type WishlistEntry } from './wishlist.schema.js';
import { applyWish, byCountry, itemsAfter, type Wish } from './wishes.js';
import { type BadItem, type BatchResult, isWish, resultsOf } from './wishlist-batch.js';
import type { WishlistChange, WishlistQuery } from './wishlist.dto.js';
import { wishlistOrder } from './wishlist-order.js';

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

  /**
   * A page in the order of the query. An item that changes during a walk may appear twice or not at all.
   * @param names of the viewer's language
   * @throws ProblemError `invalid_cursor`
   */
  async list(
    owner: Types.ObjectId,
    viewer: Types.ObjectId,
    { cursor, limit, sort, visited }: WishlistQuery,
    names: CountryNames,
  ): Promise<Page<WishlistEntry>> {
    const language = sort === 'name' ? names.locale : '';
    const scope = ['wishlist', String(owner), String(viewer), sort, String(visited), language];
    const position = this.cursors.position(scope, cursor);
    const all = await this.lists.load(String(owner));
    const wanted = visited === undefined ? all : all.filter((item) => item.visited === visited);
    const order = wishlistOrder(sort, names);
    return this.cursors.page(scope, order.sorted(wanted, position), limit, order.positionOf);
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
    const wish = { countryCode, change, addedAt: new Date() };
    const before = await this.apply(userId, [wish], { $elemMatch: { countryCode } });
    const { item, status } = applyWish(byCountry(before), wish);
    return { item, isNew: status === 'added' };
  }

  /**
   * Adds or changes the countries of a batch, as if one after the other, by one write. Writes nothing when
   * all its items are bad.
   * @throws ProblemError `account_deleted` when the user is gone
   */
  async putBatch(userId: Types.ObjectId, batch: readonly (Wish | BadItem)[]): Promise<BatchResult[]> {
    const wishes = batch.filter(isWish);
    return resultsOf(batch, wishes.length === 0 ? [] : await this.apply(userId, wishes, 1));
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

  /**
   * Writes wishes.
   * @param items the projection of the items to return
   * @returns the items before: they show which one of concurrent requests has added a country
   * @throws ProblemError `account_deleted` when the user is gone
   */
  private async apply(
    userId: Types.ObjectId,
    wishes: readonly Wish[],
    items: 1 | object,
  ): Promise<WishlistEntry[]> {
    const before = await this.collection.findOneAndUpdate(
      { _id: userId },
      [{ $set: { items: itemsAfter(wishes) } }],
      { returnDocument: 'before', projection: { _id: 0, items }, maxTimeMS: SERVER_DEADLINE_MS },
    );
    if (before === null) throw new ProblemError('account_deleted');
    return (before as Partial<Wishlist>).items ?? [];
  }

  private async *export(userId: Types.ObjectId): AsyncGenerator {
    const [items = []] = await this.findLists([String(userId)]);
    for (const item of wishlistOrder('addedAt', countryNames(undefined)).sorted(items)) {
      yield { ...item, addedAt: item.addedAt.toISOString() };
    }
  }

  /** The items of each of these users; none of a deleted user. */
  private async findLists(ids: readonly string[]): Promise<(readonly WishlistEntry[])[]> {
    const wishlists = await this.collection
      .find(
        { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } },
        { batchSize: ids.length + 1, maxTimeMS: SERVER_DEADLINE_MS },
      )
      .toArray();
    const byId = new Map(
      wishlists.map(({ _id, items }) => [
        String(_id),
        items.map((item) => withDefaults(ENTRY_DEFAULTS, item)),
      ]),
    );
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

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import type { ClientSession, Model, PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { hinted } from '../common/mongodb/hinted.js';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { Cursors, idsAfter, type Page, type PageQuery } from '../common/http/page.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import { UserCardsService, type CardRow } from '../users/user-cards.service.js';
import { COUNTRY_INDEX, ENTRY_DEFAULTS, Wishlist, type WishlistEntry } from './wishlist.schema.js';
import type { WishlistChange } from './wishlist.dto.js';

/**
 * Concurrent adds and removes of one country can make attempts fail; each failure means another write won.
 */
const ATTEMPTS = 5;

/** Owns `wishlists`. */
@Injectable()
export class WishlistService implements OnModuleInit {
  private readonly counts: DataLoader<string, number>;

  constructor(
    @InjectModel(Wishlist.name) private readonly model: Model<Wishlist>,
    private readonly userCards: UserCardsService,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {
    this.counts = joinedReads((ids) => this.countAll(ids));
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
    const after = query.cursor === undefined ? undefined : this.cursors.decode(scope, query.cursor);
    const wishlist = await this.model.findById(owner).lean<Wishlist>();
    const items = (wishlist?.items ?? [])
      .toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1))
      .filter((item) => after === undefined || positionOf(item) < after);
    return this.cursors.page(scope, items, query.limit, positionOf);
  }

  /** Those of these users who want to go to a country, newest accounts first, after a position. */
  findWanting(
    among: readonly Types.ObjectId[],
    countryCode: string,
    position: string | undefined,
    limit: number,
  ): Promise<CardRow[]> {
    const pipeline: PipelineStage[] = [
      {
        $match: {
          _id: { $in: [...among], ...idsAfter(position)._id },
          items: { $elemMatch: { countryCode, visited: false } },
        },
      },
      { $sort: { _id: -1 } },
      { $limit: limit },
      { $project: { _id: 1 } },
      this.userCards.cardStage('_id'),
    ];
    return hinted(this.model, COUNTRY_INDEX, (hint) => this.model.aggregate<CardRow>(pipeline, hint));
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
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { note = '', priority = null, visited = false } = change;
      const item = { countryCode, addedAt: new Date(), note, priority, visited };
      const added = await this.model.updateOne(
        { _id: userId, 'items.countryCode': { $ne: countryCode } },
        { $push: { items: item } },
      );
      if (added.matchedCount === 1) return { item, isNew: true };
      const changed = await this.change(userId, countryCode, change);
      if (changed !== undefined) return { item: changed, isNew: false };
      if ((await this.model.exists({ _id: userId })) === null) throw new ProblemError('account_deleted');
    }
    throw new ProblemError('dependency_unavailable');
  }

  async remove(userId: Types.ObjectId, countryCode: string): Promise<void> {
    await this.model.updateOne({ _id: userId }, { $pull: { items: { countryCode } } });
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

  /** The item as it is after the change; undefined when it isn't on the list. */
  private async change(
    userId: Types.ObjectId,
    countryCode: string,
    change: WishlistChange,
  ): Promise<WishlistEntry | undefined> {
    const fields = Object.fromEntries(
      Object.entries(change).map(([name, value]) => [`items.$.${name}`, value]),
    );
    const filter = { _id: userId, 'items.countryCode': countryCode };
    const wishlist = await (
      Object.keys(fields).length === 0
        ? this.model.findOne(filter)
        : this.model.findOneAndUpdate(filter, { $set: fields }, { returnDocument: 'after' })
    ).lean<Wishlist>();
    return wishlist?.items.find((item) => item.countryCode === countryCode);
  }

  private async countAll(ids: readonly string[]): Promise<number[]> {
    const counted = await this.model
      .find({ _id: { $in: ids } }, { count: { $size: '$items' } })
      .lean<{ _id: Types.ObjectId; count: number }[]>();
    const byId = new Map(counted.map(({ _id, count }) => [String(_id), count]));
    return ids.map((id) => byId.get(id) ?? 0);
  }
}

/** Sorts by time of adding, and by code where two share a millisecond; both never change. */
function positionOf({ addedAt, countryCode }: WishlistEntry): string {
  return `${addedAt.toISOString()} ${countryCode}`;
}

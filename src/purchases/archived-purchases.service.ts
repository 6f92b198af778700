import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { hinted } from '../common/mongodb/hinted.js';
import { Cursors, type Page } from '../common/http/page.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import type { DeletedUser, PurchaseKey } from '../deleted-users/deleted-user.schema.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { MOVED_INDEX, MovedPurchase } from './moved-purchase.schema.js';
import type { PaymentAttempt } from './payment-attempt.js';
import { type PurchaseView, toPurchaseView } from './purchase.dto.js';
import type { FoundPurchase, Purchase, StoredPurchase } from './purchase.schema.js';

const PURGE_BATCH = 1000;

type Archive = Pick<DeletedUser, '_id' | 'purchases' | 'movedPurchases'>;

/** Owns `deletionPurchases`, for which archives have no room. Reads both places as one list. */
@Injectable()
export class ArchivedPurchasesService implements OnModuleInit {
  constructor(
    @InjectModel(MovedPurchase.name) private readonly model: Model<MovedPurchase>,
    private readonly deletedUsers: DeletedUsersService,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'deletionPurchases',
      exports: {},
      erase: 'archive',
      isLeft: () => Promise.resolve(false),
    });
  }

  /**
   * The id of the last purchase of the page before; undefined for the first page.
   * @throws ProblemError `invalid_cursor`
   */
  positionOf(
    archiveId: Types.ObjectId,
    viewerId: Types.ObjectId,
    cursor: string | undefined,
  ): string | undefined {
    return cursor === undefined ? undefined : this.cursors.decode(scopeOf(archiveId, viewerId), cursor);
  }

  async list(
    archive: Archive,
    viewerId: Types.ObjectId,
    position: string | undefined,
    limit: number,
  ): Promise<Page<PurchaseView>> {
    const scope = scopeOf(archive._id, viewerId);
    const purchases = await this.read(archive, position, limit + 1);
    const page = this.cursors.page(scope, purchases, limit, ({ _id }) => String(_id));
    return { ...page, items: page.items.map(toPurchaseView) };
  }

  async newest(archive: Archive, limit: number): Promise<PurchaseView[]> {
    return (await this.read(archive, undefined, limit)).map(toPurchaseView);
  }

  count({ purchases, movedPurchases }: Archive): number {
    return (purchases?.length ?? 0) + (movedPurchases ?? 0);
  }

  /**
   * Adds purchases of a user whose archive is full.
   * @returns false when the archive was purged: the caller drops them
   */
  async addPurchases(
    archiveId: Types.ObjectId,
    purchases: readonly Omit<Purchase, 'userId'>[],
    session: ClientSession,
  ): Promise<boolean> {
    if (!(await this.deletedUsers.countMovedPurchases(archiveId, purchases.length, session))) return false;
    await this.model.insertMany(
      purchases.map((purchase) => ({ ...purchase, archiveId })),
      { session },
    );
    return true;
  }

  /** @returns undefined when no archive has the purchase, or its archive is being purged */
  async findArchivedPurchase(key: PurchaseKey, session: ClientSession): Promise<FoundPurchase | undefined> {
    const inline = await this.deletedUsers.findPurchase(key, session);
    if (inline !== undefined) {
      return {
        purchase: inline as unknown as StoredPurchase,
        change: (change) => this.deletedUsers.changePurchase(inline._id, change, session),
      };
    }
    const moved = await this.model.findOne(key).session(session).lean<MovedPurchase>();
    if (moved === null || !(await this.deletedUsers.isArchive(moved.archiveId, session))) return undefined;
    return {
      purchase: moved,
      change: async (change) => {
        await this.model.updateOne({ _id: moved._id }, { $set: change }, { session });
      },
    };
  }

  /**
   * Adds a purchase whose first event came after the deletion of its user.
   * @returns false when there is no archive
   */
  async insertLate(
    archiveId: Types.ObjectId,
    attempt: PaymentAttempt,
    session: ClientSession,
  ): Promise<boolean> {
    const { subject: _, ...purchase } = attempt;
    return this.addPurchases(archiveId, [{ _id: new Types.ObjectId(), ...purchase }], session);
  }

  /** Removes a batch of the purchases of a purged archive. @returns how many; 0 when none is left */
  async purgeBatch(archiveId: Types.ObjectId): Promise<number> {
    const batch = await this.model
      .find({ archiveId }, { _id: 1 })
      .sort({ _id: -1 })
      .limit(PURGE_BATCH)
      .lean<MovedPurchase[]>();
    if (batch.length === 0) return 0;
    const { deletedCount } = await this.model.deleteMany({ _id: { $in: batch.map(({ _id }) => _id) } });
    return deletedCount;
  }

  /**
   * Merges both places by id, newest first. Ids never change.
   * @param before only purchases with smaller ids
   */
  private async read(
    { _id: archiveId, purchases = [], movedPurchases = 0 }: Archive,
    before: string | undefined,
    limit: number,
  ): Promise<StoredPurchase[]> {
    const after = before === undefined ? {} : { _id: { $lt: new Types.ObjectId(before) } };
    // With few archives, MongoDB might prefer to read the purchases of all of them.
    const find = () =>
      hinted(this.model, MOVED_INDEX, (hint) =>
        this.model
          .find({ archiveId, ...after }, null, hint)
          .sort({ _id: -1 })
          .limit(limit)
          .lean<MovedPurchase[]>(),
      );
    const moved = movedPurchases === 0 ? [] : await find();
    const inline = (purchases as unknown as StoredPurchase[]).filter(
      ({ _id }) => before === undefined || String(_id) < before,
    );
    return [...inline, ...moved].sort((a, b) => (String(a._id) < String(b._id) ? 1 : -1)).slice(0, limit);
  }
}

function scopeOf(archiveId: Types.ObjectId, viewerId: Types.ObjectId): string[] {
  return ['archived-purchases', String(archiveId), String(viewerId)];
}

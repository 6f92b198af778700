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

/** Owns `deletionPurchases`: purchases of deleted users that don't lie in the archive itself. Reads both as one list. */
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
   * Where a page of an archive starts: after the purchase of this id. Undefined: at the newest one.
   * @throws ProblemError `invalid_cursor`
   */
  positionOf(
    archiveId: Types.ObjectId,
    viewerId: Types.ObjectId,
    cursor: string | undefined,
  ): string | undefined {
    return cursor === undefined ? undefined : this.cursors.decode(scopeOf(archiveId, viewerId), cursor);
  }

  /** A page of an archive, newest first. */
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

  /** The newest ones of an archive. */
  async newest(archive: Archive, limit: number): Promise<PurchaseView[]> {
    return (await this.read(archive, undefined, limit)).map(toPurchaseView);
  }

  count({ purchases, movedPurchases }: Archive): number {
    return (purchases?.length ?? 0) + (movedPurchases ?? 0);
  }

  /**
   * Takes over purchases of a user whose archive is full.
   * @returns false when there is no archive any more to take them over for: they are to be dropped
   */
  async take(
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

  /** A purchase that is archived. @returns undefined when no archive has it, or what had it is being purged */
  async find(key: PurchaseKey, session: ClientSession): Promise<FoundPurchase | undefined> {
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

  /** News of a purchase that nobody had heard of before its user was deleted. @returns false when there is no archive */
  async insertLate(
    archiveId: Types.ObjectId,
    attempt: PaymentAttempt,
    session: ClientSession,
  ): Promise<boolean> {
    const { subject: _, ...purchase } = attempt;
    return this.take(archiveId, [{ _id: new Types.ObjectId(), ...purchase }], session);
  }

  /** Removes a batch of the purchases of an archive that is purged. @returns how many; 0 when none is left */
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

  /** Both places merged by id, which never changes and orders by time of making; from behind `before` on. */
  private async read(
    { _id: archiveId, purchases = [] }: Archive,
    before: string | undefined,
    limit: number,
  ): Promise<StoredPurchase[]> {
    const behind = before === undefined ? {} : { _id: { $lt: new Types.ObjectId(before) } };
    // While there are few archives, a walk through everybody's purchases looks as good to MongoDB.
    const moved = await hinted(this.model, MOVED_INDEX, (hint) =>
      this.model
        .find({ archiveId, ...behind }, null, hint)
        .sort({ _id: -1 })
        .limit(limit)
        .lean<MovedPurchase[]>(),
    );
    const inline = (purchases as unknown as StoredPurchase[]).filter(
      ({ _id }) => before === undefined || String(_id) < before,
    );
    return [...inline, ...moved].sort((a, b) => (String(a._id) < String(b._id) ? 1 : -1)).slice(0, limit);
  }
}

function scopeOf(archiveId: Types.ObjectId, viewerId: Types.ObjectId): string[] {
  return ['archived-purchases', String(archiveId), String(viewerId)];
}

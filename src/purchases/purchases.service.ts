import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';
import { Cursors, type Page, type PageQuery } from '../common/http/page.js';
import { type DeletedPerson, EXPORT_BATCH, PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import {
  type ArchivedPurchase,
  INLINE_PURCHASES,
  type PurchaseKey,
} from '../deleted-users/deleted-user.schema.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { UserCountersService } from '../users/user-counters.service.js';
import { UsersService } from '../users/users.service.js';
import { ArchivedPurchasesService } from './archived-purchases.service.js';
import { changesOf, type PaymentAttempt } from './payment-attempt.js';
import { type PurchaseView, toPurchaseView } from './purchase.dto.js';
import { type FoundPurchase, type NewPurchase, Purchase, type StoredPurchase } from './purchase.schema.js';

/** Purchases that a deletion moves in one transaction. */
const MOVE_BATCH = 500;

/** Owns `purchases`. */
@Injectable()
export class PurchasesService implements OnModuleInit {
  constructor(
    @InjectModel(Purchase.name) private readonly model: Model<Purchase>,
    private readonly users: UsersService,
    private readonly userCounters: UserCountersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly archived: ArchivedPurchasesService,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'purchases',
      erase: { step: 'purchases', batch: (person, session) => this.moveBatch(person, session) },
      isLeft: async ({ userId }) => (await this.model.exists({ userId })) !== null,
      exports: { purchases: ({ userId }) => this.export(userId) },
    });
  }

  /** A page of a user's purchases, newest first. @throws ProblemError `invalid_cursor` */
  async list(userId: Types.ObjectId, query: PageQuery): Promise<Page<PurchaseView>> {
    const scope = ['purchases', String(userId)];
    const purchases = await this.model
      .find({ userId, ...this.cursors.idsAfterFilter(scope, query.cursor) })
      .sort({ _id: -1 })
      .limit(query.limit + 1)
      .lean<Purchase[]>();
    const page = this.cursors.page(scope, purchases, query.limit, ({ _id }) => String(_id));
    return { ...page, items: page.items.map(toPurchaseView) };
  }

  /**
   * Applies the state of a payment attempt from Clerk Billing, in any order of arrival, to the purchase
   * of a user or of an archive.
   * @returns false when the payer has neither a user nor an archive here
   */
  async apply(attempt: PaymentAttempt & { subject: string }, session: ClientSession): Promise<boolean> {
    const { attemptId, subject } = attempt;
    const known = await this.findPurchase({ attemptId }, session);
    if (known !== undefined) {
      const changes = changesOf(attempt, known.purchase);
      if (changes !== undefined) await known.change(changes);
      return true;
    }
    const user = await this.users.findBySubjectInTransaction(subject, session);
    if (user !== null) {
      const { subject: _, ...purchase } = attempt;
      return (await this.insert(user._id, purchase, session)) !== undefined;
    }
    const archive = await this.deletedUsers.findArchive(subject, session);
    return archive !== null && (await this.archived.insertLate(archive._id, attempt, session));
  }

  /**
   * Adds a purchase that was not made by Clerk Billing. Two calls at once with one reference collide on
   * its unique index; the second starts over and finds the purchase of the first.
   * @returns the purchase that has this reference already, if any
   * @throws ProblemError `user_not_found`; `validation_failed` for the reference of another purchase
   */
  async record(
    userId: Types.ObjectId,
    news: NewPurchase,
    session: ClientSession,
  ): Promise<{ purchase: StoredPurchase; isNew: boolean }> {
    if (!(await this.users.exists(userId, session))) throw new ProblemError('user_not_found');
    const { reference } = news;
    const known = reference === undefined ? undefined : await this.findPurchase({ reference }, session);
    if (known !== undefined) return { purchase: requireSame(known, userId, news), isNew: false };
    const purchase = await this.insert(userId, news, session);
    if (purchase === undefined) throw new ProblemError('user_not_found');
    return { purchase, isNew: true };
  }

  /**
   * Refunds a purchase of a user or of an archive. It writes the document that it read, so it collides
   * with a move, an event or another refund of that purchase.
   * @throws ProblemError `not_found`, `already_refunded`, `not_refundable`
   */
  async refund(id: Types.ObjectId, session: ClientSession): Promise<StoredPurchase> {
    const found = await this.findPurchase({ _id: id }, session);
    if (found === undefined) throw new ProblemError('not_found');
    const { purchase, change } = found;
    if (purchase.status === 'refunded') throw new ProblemError('already_refunded');
    if (purchase.status !== 'paid') throw new ProblemError('not_refundable');
    const refund = { status: 'refunded', refundedAt: new Date() } as const;
    await change(refund);
    return { ...purchase, ...refund };
  }

  /** Removes and returns the newest purchases of a user, up to `INLINE_PURCHASES`, without the user's id. */
  async takeForArchive(userId: Types.ObjectId, session: ClientSession): Promise<ArchivedPurchase[]> {
    const purchases = await this.takeBatch(userId, INLINE_PURCHASES, session);
    return purchases.map(({ userId: _, ...purchase }) => purchase);
  }

  /** Finds a purchase of a user or of an archive: in one snapshot it is in one place. */
  private async findPurchase(key: PurchaseKey, session: ClientSession): Promise<FoundPurchase | undefined> {
    const purchase = await this.model.findOne(key).session(session).lean<Purchase>();
    if (purchase === null) return this.archived.findArchivedPurchase(key, session);
    const { _id, userId } = purchase;
    return {
      purchase,
      userId,
      change: async (change) => {
        await this.model.updateOne({ _id }, { $set: change }, { session });
      },
    };
  }

  /**
   * Writes the user's document as well, so it collides with a deletion of the user.
   * @returns undefined without a user
   */
  private async insert(
    userId: Types.ObjectId,
    news: NewPurchase,
    session: ClientSession,
  ): Promise<Purchase | undefined> {
    if (!(await this.userCounters.increment(userId, { purchasesCount: 1 }, session))) return undefined;
    const [purchase] = await this.model.create([{ userId, ...news }], { session });
    return purchase?.toObject();
  }

  /** Moves a batch of the purchases that the archive of a deleted user has no room for. */
  private async moveBatch({ userId, archiveId }: DeletedPerson, session: ClientSession): Promise<Batch> {
    const purchases = await this.takeBatch(userId, MOVE_BATCH, session);
    if (purchases.length === 0) return { count: 0 };
    const moved = purchases.map(({ userId: _, ...purchase }) => purchase);
    // If the archive was purged meanwhile, they are dropped.
    await this.archived.addPurchases(archiveId, moved, session);
    return { count: purchases.length };
  }

  private async takeBatch(userId: Types.ObjectId, size: number, session: ClientSession): Promise<Purchase[]> {
    const purchases = await this.model
      .find({ userId })
      .sort({ _id: -1 })
      .limit(size)
      .session(session)
      .lean<Purchase[]>();
    await this.model.deleteMany({ _id: { $in: purchases.map(({ _id }) => _id) } }, { session });
    return purchases;
  }

  private async *export(userId: Types.ObjectId): AsyncGenerator<PurchaseView> {
    const purchases = this.model
      .find({ userId })
      .sort({ _id: -1 })
      .lean<Purchase>()
      .cursor({ batchSize: EXPORT_BATCH });
    for await (const purchase of purchases) yield toPurchaseView(purchase);
  }
}

/** @throws ProblemError `validation_failed` when the reference is that of another purchase */
function requireSame(known: FoundPurchase, userId: Types.ObjectId, news: NewPurchase): StoredPurchase {
  const { purchase } = known;
  const isSame =
    // A purchase in an archive has no user to compare: it belongs to another user in any case.
    known.userId?.equals(userId) === true &&
    purchase.item === news.item &&
    purchase.amount === news.amount &&
    purchase.currency === news.currency;
  if (isSame) return purchase;
  const detail = 'is the reference of another purchase';
  throw new ProblemError('validation_failed', undefined, { errors: [{ pointer: '/reference', detail }] });
}

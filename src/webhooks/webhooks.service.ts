import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Connection, Model } from 'mongoose';
import type { Actor } from '../audit/actor.decorator.js';
import { AuditService } from '../audit/audit.service.js';
import { hinted } from '../common/mongodb/hinted.js';
import { duplicateKeyField, isRefused } from '../common/mongodb/mongo-errors.js';
import { Metrics } from '../common/observability/metrics.js';
import { Cursors, type Page, type PageQuery } from '../common/http/page.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction, SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { UnreadableUserError } from '../clerk/clerk-user.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { UsersService } from '../users/users.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import type { Delivery } from '../clerk/svix.js';
import { LEDGER_INDEX, type Outcome, OUTCOME_INDEX, OUTCOMES, WebhookEvent } from './webhook-event.schema.js';
import { type Commit, deadLetter, HANDLED_TYPES, ignore, type WebhookHandler } from './webhook-handler.js';

/** The label of types without a handler. */
const OTHER = 'other';
const COUNTED_OUTCOMES = [...OUTCOMES, 'repeated', 'unavailable'] as const;

/** Owns `webhookEvents`. Each delivery has its effect once, in any order, with repeats and after crashes. */
@Injectable()
export class WebhooksService implements OnModuleInit {
  private readonly logger = new Logger(WebhooksService.name);
  private readonly handlers = new Map<string, WebhookHandler>();

  constructor(
    @InjectModel(WebhookEvent.name) private readonly model: Model<WebhookEvent>,
    @InjectConnection() private readonly connection: Connection,
    private readonly deadLetters: DeadLettersService,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly audit: AuditService,
    private readonly cursors: Cursors,
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const types =
        typeof metatype === 'function'
          ? this.reflector.get<string[] | undefined>(HANDLED_TYPES, metatype)
          : undefined;
      for (const type of types ?? []) {
        if (this.handlers.has(type)) throw new Error(`Two webhook handlers for ${type}`);
        this.handlers.set(type, instance as WebhookHandler);
      }
    }
    for (const type of [...this.handlers.keys(), OTHER])
      this.metrics.expectDeliveries(type, COUNTED_OUTCOMES);
    this.metrics.expectDeliveries('unknown', ['refused', 'malformed']);
  }

  /**
   * Handles a verified delivery. When it returns, the delivery is committed, now or by an earlier attempt.
   * @throws ProblemError `dependency_unavailable` when it can't be handled now; nothing is recorded, and
   * Svix retries
   */
  async receive(delivery: Delivery): Promise<void> {
    try {
      await this.handle(delivery, this.commitOf(delivery));
    } catch (error) {
      this.count(delivery, 'unavailable');
      throw error;
    }
  }

  /** Types without a handler share a label, because a signed event can name any type. */
  private count(
    { type, occurredAt }: Pick<Delivery, 'type' | 'occurredAt'>,
    outcome: (typeof COUNTED_OUTCOMES)[number],
  ): void {
    const known = this.handlers.has(type) ? type : OTHER;
    this.metrics.webhookDeliveries.inc({ type: known, outcome });
    if (occurredAt === undefined || outcome === 'repeated' || outcome === 'unavailable') return;
    this.metrics.webhookAge.observe({ type: known }, Math.max(0, Date.now() - occurredAt) / 1000);
  }

  /**
   * Replays a dead letter for an admin.
   * @returns the changed row
   * @throws ProblemError `not_found` when there is no dead letter with this id
   */
  async replay(by: Actor, svixId: string): Promise<WebhookEvent> {
    const row = await this.model.findById(svixId).lean<WebhookEvent>();
    const letter = await this.deadLetters.find(svixId);
    if (row === null || letter === undefined) throw new ProblemError('not_found');
    const delivery = { id: svixId, type: row.type, ...letter };
    await this.handle(delivery, this.commitOf(delivery, by));
    const after = await this.model.findById(svixId).lean<WebhookEvent>();
    // Another admin may have dismissed it meanwhile.
    if (after === null || after.outcome === 'dismissed') throw new ProblemError('not_found');
    return after;
  }

  /**
   * Dismisses a dead letter for an admin and erases its payload. Idempotent.
   * @returns the changed row
   * @throws ProblemError `not_found` when there is no dead letter with this id
   */
  async dismiss(by: Actor, svixId: string, reason: string): Promise<WebhookEvent> {
    const { row, isNew } = await inTransaction(this.connection, async (session) => {
      const found = await this.model.findById(svixId).session(session).lean<WebhookEvent>();
      if (found?.outcome === 'dismissed') return { row: found, isNew: false };
      if (found?.outcome !== 'dead_letter') throw new ProblemError('not_found');
      await this.model.updateOne({ _id: svixId }, { $set: { outcome: 'dismissed' } }, { session });
      await this.deadLetters.remove(svixId, session);
      const target = { type: 'webhook_event', id: svixId } as const;
      await this.audit.record({ by, action: 'webhook_event.dismissed', target, reason }, session);
      const { type, at } = found;
      return { row: { _id: svixId, type, outcome: 'dismissed' as const, at }, isNew: true };
    });
    if (isNew) this.count({ type: row.type }, 'dismissed');
    return row;
  }

  /** A page of the ledger, newest first; of one outcome or of all. @throws ProblemError `invalid_cursor` */
  async list(viewerId: string, outcome: Outcome | undefined, query: PageQuery): Promise<Page<WebhookEvent>> {
    const scope = ['webhook-events', outcome ?? '', viewerId];
    const position = query.cursor === undefined ? undefined : this.cursors.decode(scope, query.cursor);
    const filter = { ...(outcome === undefined ? {} : { outcome }), ...(position && rowsAfter(position)) };
    const index = outcome === undefined ? LEDGER_INDEX : OUTCOME_INDEX;
    const rows = await hinted(this.model, index, (hint) =>
      this.model
        .find(filter, null, hint)
        .sort({ at: -1, _id: -1 })
        .limit(query.limit + 1)
        .lean<WebhookEvent[]>(),
    );
    return this.cursors.page(scope, rows, query.limit, positionOf);
  }

  private async handle({ id, type, data }: Delivery, commit: Commit): Promise<void> {
    const handler = this.handlers.get(type);
    try {
      await (handler === undefined ? commit(ignore) : handler.handle(data, commit, type));
    } catch (error) {
      // Repeating would fail the same way: a validator refuses the document, or the account can't be read.
      const isUnreadable = error instanceof UnreadableUserError;
      if (!isUnreadable && !isRefused(error)) throw error;
      const msg = isUnreadable
        ? "Clerk's account of a webhook cannot be read"
        : 'MongoDB refuses what a webhook changes';
      this.logger.error({ msg, type, svixId: id });
      await commit(deadLetter);
    }
  }

  /**
   * A user's letters are erased by its deletion. Without a user, this transaction must collide with a
   * deletion instead.
   */
  private async isDeleted(subject: string, session: ClientSession): Promise<boolean> {
    if ((await this.users.findBySubjectInTransaction(subject, session)) !== null) return false;
    if (await this.deletedUsers.isDeleted(subject, session)) return true;
    await this.deletedUsers.collideWithDeletion(subject, session);
    return false;
  }

  /**
   * Commits in one transaction: the row, its effect, and the dead letter that it adds or removes. A
   * delivery has its effect once.
   * @param again the admin who replays a dead letter; recorded in the audit log
   */
  private commitOf(delivery: Delivery, again?: Actor): Commit {
    const { id, type, data, json } = delivery;
    return async (effect) => {
      const expected = effect.outcome ?? 'applied';
      const outcome = await inTransaction(this.connection, async (session) => {
        const before =
          again === undefined
            ? await this.insertRow({ _id: id, type, outcome: expected, at: new Date() }, session)
            : await this.beginReplay(id, again, session);
        if (before === undefined) return undefined;
        const subject = this.handlers.get(type)?.subjectOf(data);
        let result = await effect(session);
        // A letter about a deleted subject would keep erased data and could never be replayed.
        if (result === 'dead_letter' && subject !== undefined && (await this.isDeleted(subject, session)))
          result = 'ignored';
        if (result !== before.outcome)
          await this.model.updateOne({ _id: id }, { $set: { outcome: result } }, { session });
        if (result === 'dead_letter') {
          await this.deadLetters.keep(id, subject, json, session);
        } else if (again !== undefined) {
          await this.deadLetters.remove(id, session);
        }
        return result;
      });
      if (again === undefined) this.count(delivery, outcome ?? 'repeated');
      if (outcome === 'dead_letter') this.logger.error({ msg: 'webhook dead-lettered', type, svixId: id });
      return outcome !== undefined;
    };
  }

  /**
   * Inserts the row of a delivery; a repeat ends here. A row of a transaction that is still open is a write
   * conflict instead, which starts this one over (docs/decisions/0039).
   * @returns undefined for a repeat, whose transaction is aborted then
   */
  private async insertRow(row: WebhookEvent, session: ClientSession): Promise<WebhookEvent | undefined> {
    const rows = this.connection.collection<WebhookEvent>(this.model.collection.name);
    try {
      await rows.insertOne(row, { session, maxTimeMS: SERVER_DEADLINE_MS });
      return row;
    } catch (error) {
      if (duplicateKeyField(error) !== '_id') throw error;
      // A row that is not on a majority of the members can still be rolled back, and its effect with it.
      const kept = await rows.findOne(
        { _id: row._id },
        { readConcern: 'majority', projection: { _id: 1 }, maxTimeMS: SERVER_DEADLINE_MS },
      );
      if (kept === null) throw error;
      await session.abortTransaction();
      return undefined;
    }
  }

  /** @returns the row of a dead letter; undefined when it is none any more */
  private async beginReplay(
    id: string,
    by: Actor,
    session: ClientSession,
  ): Promise<WebhookEvent | undefined> {
    const row = await this.model.findById(id).session(session).lean<WebhookEvent>();
    if (row?.outcome !== 'dead_letter') return undefined;
    // Before the effect, because the replay may delete this admin's user.
    const target = { type: 'webhook_event', id } as const;
    await this.audit.record({ by, action: 'webhook_event.replayed', target }, session);
    return row;
  }
}

function positionOf({ at, _id }: WebhookEvent): string {
  return `${at.getTime()} ${_id}`;
}

/**
 * The rows after a position. `$lte` bounds the scan of the index; `$or` alone would be checked row by
 * row from the newest.
 */
function rowsAfter(position: string): object {
  const split = position.indexOf(' ');
  const at = new Date(Number(position.slice(0, split)));
  const _id = { $lt: position.slice(split + 1) };
  return { at: { $lte: at }, $or: [{ at: { $lt: at } }, { at, _id }] };
}

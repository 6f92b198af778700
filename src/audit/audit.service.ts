import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';
import { hinted } from '../common/mongodb/hinted.js';
import { Cursors, type Page } from '../common/http/page.js';
import { type DeletedPerson, EXPORT_BATCH, PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import { UserCountersService } from '../users/user-counters.service.js';
import type { Actor } from './actor.decorator.js';
import type { AuditQuery, ExportedAuditEvent } from './audit.dto.js';
import { type AuditAction, AuditEvent, type TargetType } from './audit-event.schema.js';

const RENAME_BATCH = 500;

export interface AuditEntry {
  /** Null: the service itself, without a request. */
  by: Actor | null;
  action: AuditAction;
  target: { type: TargetType; id: Types.ObjectId | string } | null;
  reason?: string | undefined;
  /** More about the action. Small, and nothing personal: ids of users only as actor or target. */
  details?: Record<string, string>;
}

/** Owns `auditEvents`. Rows are only added; after a deletion, the archive's id replaces the user's. */
@Injectable()
export class AuditService implements OnModuleInit {
  constructor(
    @InjectModel(AuditEvent.name) private readonly model: Model<AuditEvent>,
    private readonly userCounters: UserCountersService,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'auditEvents',
      erase: { step: 'traces', batch: (person, session) => this.renameBatch(person, session) },
      isLeft: async ({ userId }) => (await this.model.exists(rowsOf(userId))) !== null,
      exports: { auditEvents: ({ userId }) => this.export(userId) },
    });
  }

  /**
   * Records actions in the transaction of their effects. Also writes the documents of the users that
   * they name, so that no row about a user can be added after the user's deletion.
   * @throws ProblemError `account_deleted` for a deleted actor, `user_not_found` for a deleted target
   */
  async record(entries: AuditEntry | readonly AuditEntry[], session: ClientSession): Promise<void> {
    const list = 'action' in entries ? [entries] : entries;
    await this.touch(
      list.flatMap(({ by }) => by?.userId ?? []),
      'account_deleted',
      session,
    );
    await this.touch(
      list.flatMap(({ target }) => (target?.type === 'user' ? new Types.ObjectId(target.id) : [])),
      'user_not_found',
      session,
    );
    const at = new Date();
    const rows = list.map(({ by, target, ...entry }) => ({
      ...entry,
      at,
      actorId: by?.userId ?? null,
      target: target && { type: target.type, id: String(target.id) },
      requestId: by?.requestId ?? null,
    }));
    await this.model.insertMany(rows, { session });
  }

  /** A page, newest first; filters can be combined. @throws ProblemError `invalid_cursor` */
  async list(viewerId: Types.ObjectId, query: AuditQuery): Promise<Page<AuditEvent>> {
    const { actorId, targetId, action, limit, cursor } = query;
    const scope = ['audit-events', actorId ?? '', targetId ?? '', action ?? '', String(viewerId)];
    const filter = {
      ...(actorId === undefined ? {} : { actorId: new Types.ObjectId(actorId) }),
      ...(targetId === undefined ? {} : { 'target.id': targetId }),
      ...(action === undefined ? {} : { action }),
      ...this.cursors.idsAfterFilter(scope, cursor),
    };
    const rows = await hinted(this.model, indexFor(query), (hint) =>
      this.model
        .find(filter, null, hint)
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean<AuditEvent[]>(),
    );
    return this.cursors.page(scope, rows, limit, ({ _id }) => String(_id));
  }

  private async touch(
    ids: readonly Types.ObjectId[],
    whenDeleted: 'account_deleted' | 'user_not_found',
    session: ClientSession,
  ): Promise<void> {
    for (const id of new Set(ids.map(String))) {
      const exists = await this.userCounters.countAuditEvent(new Types.ObjectId(id), session);
      if (!exists) throw new ProblemError(whenDeleted);
    }
  }

  /** Replaces the id of a deleted user by the archive's, under which the user's rows can be found. */
  private async renameBatch({ userId, archiveId }: DeletedPerson, session: ClientSession): Promise<Batch> {
    const rows = await this.model
      .find(rowsOf(userId), { _id: 1 })
      .limit(RENAME_BATCH)
      .session(session)
      .lean<AuditEvent[]>();
    if (rows.length === 0) return { count: 0 };
    const batch = { _id: { $in: rows.map(({ _id }) => _id) } };
    await this.model.updateMany({ ...batch, actorId: userId }, { $set: { actorId: archiveId } }, { session });
    await this.model.updateMany(
      { ...batch, 'target.id': String(userId) },
      { $set: { target: { type: 'deleted_user', id: String(archiveId) } } },
      { session },
    );
    return { count: rows.length };
  }

  private async *export(userId: Types.ObjectId): AsyncGenerator<ExportedAuditEvent> {
    const rows = this.model
      .find({ 'target.id': String(userId) })
      .sort({ _id: -1 })
      .lean<AuditEvent>()
      .cursor({ batchSize: EXPORT_BATCH });
    for await (const { at, action, reason } of rows) {
      yield { at: at.toISOString(), action, reason: reason ?? null };
    }
  }
}

function rowsOf(userId: Types.ObjectId) {
  return { $or: [{ actorId: userId }, { 'target.id': String(userId) }] };
}

/**
 * The index for the filters, by which no other rows are read. Given as a hint, because a cached plan for
 * an admin with many rows would read the whole log for an admin with few.
 */
function indexFor({ targetId, actorId, action }: AuditQuery): Record<string, 1 | -1> {
  if (targetId !== undefined) {
    if (actorId !== undefined) return { 'target.id': 1, actorId: 1, _id: -1 };
    return action === undefined ? { 'target.id': 1, _id: -1 } : { 'target.id': 1, action: 1, _id: -1 };
  }
  if (actorId !== undefined)
    return action === undefined ? { actorId: 1, _id: -1 } : { actorId: 1, action: 1, _id: -1 };
  return action === undefined ? { _id: 1 } : { action: 1, _id: -1 };
}

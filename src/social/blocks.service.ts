import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, PipelineStage, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';
import { hinted } from '../common/mongodb/hinted.js';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { idsAfter } from '../common/http/page.js';
import { EXPORT_BATCH, PersonalDataRegistry } from '../users/personal-data.js';
import type { UserRow } from '../users/user-cards.service.js';
import { Block, BLOCKER_INDEX } from './block.schema.js';

const ERASE_BATCH = 500;

/**
 * Owns `blocks`. A block changes no counter. Callers that insert one lock both users in the same
 * transaction: that makes inserts conflict with deletions.
 */
@Injectable()
export class BlocksService implements OnModuleInit {
  constructor(
    @InjectModel(Block.name) private readonly model: Model<Block>,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'blocks',
      erase: {
        step: 'graph',
        batch: ({ userId }, session, after) => this.eraseBatch(userId, session, after),
      },
      isLeft: async ({ userId }) => (await this.model.exists(blocksOf(userId))) !== null,
      exports: { blocks: ({ userId }) => this.export(userId) },
    });
  }

  between(
    userId: Types.ObjectId,
    others: readonly Types.ObjectId[],
    session: ClientSession,
  ): Promise<Block[]> {
    return this.model.find(blocksBetween(userId, others)).session(session).lean<Block[]>();
  }

  /** The blocks among these users, as a stage for a query of another collection. */
  amongStage(userIds: readonly Types.ObjectId[]): PipelineStage.UnionWith {
    const among = { $in: [...userIds] };
    return {
      $unionWith: {
        coll: this.model.collection.name,
        pipeline: [
          { $match: { blockerId: among, blockedId: among } },
          // Covered by each index.
          { $project: { _id: 0, blockerId: 1, blockedId: 1 } },
        ],
      },
    };
  }

  /** @throws E11000 when it exists */
  async insert(blockerId: Types.ObjectId, blockedId: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.model.create([{ blockerId, blockedId }], { session });
  }

  /** Idempotent. */
  async remove(blockerId: Types.ObjectId, blockedId: Types.ObjectId): Promise<void> {
    await this.model.deleteOne({ blockerId, blockedId });
  }

  /** The users whom a user blocks, newest block first, after a position. */
  async list(blockerId: Types.ObjectId, position: string | undefined, limit: number): Promise<UserRow[]> {
    const blocks = await hinted(this.model, BLOCKER_INDEX, (hint) =>
      this.model.collection
        .find<Block>(
          { blockerId, ...idsAfter(position) },
          { ...hint, projection: { blockedId: 1 }, maxTimeMS: SERVER_DEADLINE_MS },
        )
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    );
    return blocks.map(({ _id, blockedId }) => ({ _id, userId: blockedId }));
  }

  /** First the blocks by the user, then the blocks against the user, each starting after `after`. */
  private async eraseBatch(
    userId: Types.ObjectId,
    session: ClientSession,
    after: Types.ObjectId | undefined,
  ): Promise<Batch> {
    const afterFilter = after === undefined ? {} : { _id: { $gt: after } };
    for (const end of ['blockerId', 'blockedId'] as const) {
      const blocks = await this.model
        .find({ [end]: userId, ...afterFilter }, { _id: 1 })
        .sort({ _id: 1 })
        .limit(ERASE_BATCH)
        .session(session)
        .lean<Block[]>();
      if (blocks.length === 0) continue;
      await this.model.deleteMany({ _id: { $in: blocks.map(({ _id }) => _id) } }, { session });
      return { count: blocks.length, last: blocks.at(-1)?._id };
    }
    return { count: 0 };
  }

  private async *export(userId: Types.ObjectId): AsyncGenerator {
    const blocks = this.model
      .find({ blockerId: userId })
      .sort({ _id: -1 })
      .lean<Block>()
      .cursor({ batchSize: EXPORT_BATCH });
    for await (const { _id, blockedId } of blocks) {
      yield { userId: String(blockedId), since: _id.getTimestamp().toISOString() };
    }
  }
}

function blocksOf(userId: Types.ObjectId) {
  return { $or: [{ blockerId: userId }, { blockedId: userId }] };
}

function blocksBetween(userId: Types.ObjectId, others: readonly Types.ObjectId[]) {
  return {
    $or: [
      { blockerId: userId, blockedId: { $in: [...others] } },
      { blockerId: { $in: [...others] }, blockedId: userId },
    ],
  };
}

import { Injectable } from '@nestjs/common';
import type DataLoader from 'dataloader';
import type { Types } from 'mongoose';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { type StoredCard, UserCardsService } from '../users/user-cards.service.js';
import { isShutOut } from '../users/user.schema.js';
import type { Block } from './block.schema.js';
import { BlocksService } from './blocks.service.js';
import { FollowsService } from './follows.service.js';
import type { Relationship } from './social.dto.js';

/**
 * Reads that share a query. A page asks for 20 users as a rule, and for 200 where many are hidden: more reads
 * would make one query long.
 */
const MAX_JOINED = 32;

/** A user as a viewer may see it. */
export interface ViewedUser {
  /** Undefined when there is no such user. It may be shut out. */
  user: StoredCard | undefined;
  relationship: Relationship;
  /** The other user blocks the viewer, and so doesn't exist for the viewer. Never shown. */
  isBlocked: boolean;
}
export type ViewOf = (id: Types.ObjectId) => ViewedUser;

interface Sought {
  viewerId: Types.ObjectId;
  userIds: readonly Types.ObjectId[];
  withCards: boolean;
}

type Relation = Record<'following' | 'requested' | 'followedBy' | 'blocking' | 'isBlocked', boolean>;
const NO_RELATION: Relation = {
  following: false,
  requested: false,
  followedBy: false,
  blocking: false,
  isBlocked: false,
};

/**
 * Reads users together with what is between them and a viewer, by one query that concurrent requests
 * share. Not for transactions, which can't use `$unionWith`.
 */
@Injectable()
export class RelationsService {
  private readonly reads: DataLoader<Sought, ViewOf>;

  constructor(
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly userCards: UserCardsService,
  ) {
    this.reads = joinedReads((all) => this.readAll(all), MAX_JOINED);
  }

  /** These users as the viewer may see them. Joined with the reads of other requests. */
  view(viewerId: Types.ObjectId, userIds: readonly Types.ObjectId[]): Promise<ViewOf> {
    return this.reads.load({ viewerId, userIds, withCards: true });
  }

  /** The same for users whose cards the caller has read. */
  async viewCards(viewerId: Types.ObjectId, cards: readonly StoredCard[]): Promise<ViewedUser[]> {
    if (cards.length === 0) return [];
    const viewOf = await this.reads.load({
      viewerId,
      userIds: cards.map(({ _id }) => _id),
      withCards: false,
    });
    return cards.map((user) => ({ ...viewOf(user._id), user }));
  }

  private async readAll(all: readonly Sought[]): Promise<ViewOf[]> {
    const inAll = (of: (sought: Sought) => readonly Types.ObjectId[]) => distinct(all.flatMap(of));
    const cardIds = inAll(({ userIds, withCards }) => (withCards ? userIds : []));
    const rows = await this.follows.between<Block | StoredCard>(
      all.map(({ viewerId, userIds }) => ({ userId: viewerId, others: userIds })),
      [
        this.blocks.amongStage(inAll(({ viewerId, userIds }) => [viewerId, ...userIds])),
        ...(cardIds.length === 0 ? [] : [this.userCards.cardsStage(cardIds)]),
      ],
    );
    const cards = new Map<string, StoredCard>();
    const relations = new Map<string, Relation>();
    const relationOf = (from: Types.ObjectId, to: Types.ObjectId) => {
      const key = pair(from, to);
      const relation = relations.get(key) ?? { ...NO_RELATION };
      relations.set(key, relation);
      return relation;
    };
    for (const row of rows) {
      if ('state' in row) {
        relationOf(row.followerId, row.followeeId)[row.state] = true;
        if (row.state === 'following') relationOf(row.followeeId, row.followerId).followedBy = true;
      } else if ('blockerId' in row) {
        relationOf(row.blockerId, row.blockedId).blocking = true;
        relationOf(row.blockedId, row.blockerId).isBlocked = true;
      } else cards.set(String(row._id), row);
    }
    return all.map(({ viewerId }) => (id) => {
      const { isBlocked, ...relation } = relations.get(pair(viewerId, id)) ?? NO_RELATION;
      return { user: cards.get(String(id)), relationship: { userId: String(id), ...relation }, isBlocked };
    });
  }
}

/** Deleted, shut out, or blocking the viewer: one and the same for the viewer. */
export function isHidden({ user, isBlocked }: ViewedUser): boolean {
  return user === undefined || isShutOut(user) || isBlocked;
}

function pair(from: Types.ObjectId, to: Types.ObjectId): string {
  return `${String(from)}>${String(to)}`;
}

function distinct(ids: readonly Types.ObjectId[]): Types.ObjectId[] {
  return [...new Map(ids.map((id) => [String(id), id])).values()];
}

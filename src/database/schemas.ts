import { getModelToken } from '@nestjs/mongoose';
import type { Connection, Schema } from 'mongoose';
import { Deletion, DeletionSchema } from '../deletion/deletion.schema.js';
import { AuditEvent, AuditEventSchema } from '../audit/audit-event.schema.js';
import { Lock, LockSchema } from '../common/mongodb/lock.schema.js';
import { ReceiptKey, ReceiptKeySchema } from '../deletion/receipt-key.schema.js';
import { MovedPurchase, MovedPurchaseSchema } from '../purchases/moved-purchase.schema.js';
import { Purchase, PurchaseSchema } from '../purchases/purchase.schema.js';
import { Block, BlockSchema } from '../social/block.schema.js';
import { Follow, FollowSchema } from '../social/follow.schema.js';
import { OurClerkInstance, OurClerkInstanceSchema } from '../clerk/clerk-instance.schema.js';
import { DeletedUser, DeletedUserSchema } from '../deleted-users/deleted-user.schema.js';
import { DeletionRollback, DeletionRollbackSchema } from '../users/deletion-rollback.schema.js';
import { DeletionUsername, DeletionUsernameSchema } from '../users/deletion-username.schema.js';
import { User, UserSchema } from '../users/user.schema.js';
import { DeadLetter, DeadLetterSchema } from '../webhooks/dead-letter.schema.js';
import { WebhookEvent, WebhookEventSchema } from '../webhooks/webhook-event.schema.js';
import { Wishlist, WishlistSchema } from '../wishlist/wishlist.schema.js';

/** Every collection with its indexes. */
export const SCHEMAS: readonly [name: string, schema: Schema][] = [
  [User.name, UserSchema],
  [DeletedUser.name, DeletedUserSchema],
  [DeletionRollback.name, DeletionRollbackSchema],
  [DeletionUsername.name, DeletionUsernameSchema],
  [OurClerkInstance.name, OurClerkInstanceSchema],
  [WebhookEvent.name, WebhookEventSchema],
  [DeadLetter.name, DeadLetterSchema],
  [Follow.name, FollowSchema],
  [Block.name, BlockSchema],
  [Wishlist.name, WishlistSchema],
  [Purchase.name, PurchaseSchema],
  [MovedPurchase.name, MovedPurchaseSchema],
  [Deletion.name, DeletionSchema],
  [ReceiptKey.name, ReceiptKeySchema],
  [AuditEvent.name, AuditEventSchema],
  [Lock.name, LockSchema],
];

/** A model of each schema, on this connection. */
export function modelsOf(connection: Connection) {
  return SCHEMAS.map(([name, schema]) => connection.model(getModelToken(name), schema));
}

/** Creates the missing collections and indexes. */
export async function createCollectionsAndIndexes(connection: Connection): Promise<void> {
  for (const model of modelsOf(connection)) {
    // Transactions that create the same collection would collide.
    await model.createCollection();
    await model.createIndexes();
  }
}

import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import type { Defaults } from '../common/mongodb/defaults.js';

export const MAX_NOTE_LENGTH = 500;
/** The most wanted. */
export const MIN_PRIORITY = 1;
export const MAX_PRIORITY = 5;

export interface WishlistEntry {
  countryCode: string;
  addedAt: Date;
  note: string;
  /** `MIN_PRIORITY` (most wanted) to `MAX_PRIORITY`; null: none. */
  priority: number | null;
  visited: boolean;
}

export const ENTRY_DEFAULTS: Defaults<WishlistEntry, 'countryCode' | 'addedAt'> = {
  note: '',
  priority: null,
  visited: false,
};

/**
 * The wishlist of one user, under the user's id. Inserted with the user, only updated from then on,
 * never upserted.
 */
@Collection('wishlists')
export class Wishlist {
  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  _id!: Types.ObjectId;

  /** In the order of adding. A country at most once, so at most 250 items. */
  @Prop({
    type: [
      { countryCode: String, addedAt: Date, note: String, priority: Number, visited: Boolean, _id: false },
    ],
    required: true,
  })
  items!: WishlistEntry[];
}

export const COUNTRY_INDEX = { 'items.countryCode': 1, 'items.visited': 1, _id: -1 } as const;

export const WishlistSchema = SchemaFactory.createForClass(Wishlist);
WishlistSchema.index(COUNTRY_INDEX);

import { z } from 'zod';
import { countryCode } from '../wishlist/countries.js';
import type { WishlistEntry } from '../wishlist/wishlist.schema.js';
import { date, type SeedDocument, text } from './reading.js';

const LONGEST_NOTE = 500;
/** The names under which wishlists of this kind keep their countries. */
const LISTS = ['countries', 'items', 'countryIds'];

const itemSchema = z.looseObject({
  countryId: z.string().optional().catch(undefined),
  countryCode: z.string().optional().catch(undefined),
  addedAt: date.optional().catch(undefined),
  createdAt: date.optional().catch(undefined),
  note: text(LONGEST_NOTE),
  priority: z.int().min(1).max(5).nullable().catch(null),
  visited: z.boolean().catch(false),
});

export interface ReadWishlist {
  items: WishlistEntry[];
  /** What names no country. */
  unknown: string[];
  /** How many came a second time. */
  repeated: number;
}

/**
 * The countries of one of the seed's wishlists, in their order: the arrays `countries`, `items` and `countryIds`, of codes or of
 * objects with `countryId` or `countryCode`, and with `addedAt` or `createdAt` when they know it.
 * @param since for countries without a date: each is a millisecond younger than the one before
 */
export function readWishlist(document: SeedDocument | undefined, since: Date): ReadWishlist {
  const items: WishlistEntry[] = [];
  const unknown: string[] = [];
  const codes = new Set<string>();
  let repeated = 0;
  let latest = since.getTime() - 1;
  for (const raw of LISTS.flatMap((name) => arrayOf(document?.[name]))) {
    const parsed = itemSchema.safeParse(typeof raw === 'string' ? { countryCode: raw } : raw);
    const wanted = parsed.data?.countryCode ?? parsed.data?.countryId;
    const code = wanted === undefined ? undefined : countryCode(wanted.trim());
    if (!parsed.success || code === undefined) {
      unknown.push(wanted ?? 'something else');
    } else if (codes.has(code)) {
      repeated++;
    } else {
      const { note, priority, visited } = parsed.data;
      // Lists here go by date: without one of its own, its place in the array tells it.
      const addedAt = parsed.data.addedAt ?? parsed.data.createdAt ?? new Date(latest + 1);
      latest = addedAt.getTime();
      codes.add(code);
      items.push({ countryCode: code, addedAt, note, priority, visited });
    }
  }
  return { items, unknown, repeated };
}

function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

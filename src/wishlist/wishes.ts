import { withDefaults } from '../common/mongodb/defaults.js';
import type { WishlistChange } from './wishlist.dto.js';
import { ENTRY_DEFAULTS, type WishlistEntry } from './wishlist.schema.js';

/** A country to add, or whose given fields to change. */
export interface Wish {
  countryCode: string;
  change: WishlistChange;
  /** Counts when the country is new. */
  addedAt: Date;
}

/** What became of a wish, and the item after it. */
export interface Outcome {
  status: 'added' | 'changed' | 'unchanged';
  item: WishlistEntry;
}

/** Items by country, with the defaults of fields that older ones lack. */
export function byCountry(items: readonly WishlistEntry[]): Map<string, WishlistEntry> {
  return new Map(items.map((item) => [item.countryCode, withDefaults(ENTRY_DEFAULTS, item)]));
}

/** Applies a wish to items by country, as `itemsAfter` does in MongoDB. */
export function applyWish(items: Map<string, WishlistEntry>, wish: Wish): Outcome {
  const known = items.get(wish.countryCode);
  const item = known === undefined ? newItem(wish) : Object.assign({}, known, wish.change);
  items.set(wish.countryCode, item);
  return { status: known === undefined ? 'added' : isEqual(known, item) ? 'unchanged' : 'changed', item };
}

/**
 * MongoDB's expression for the items after wishes, one after the other: the items that are there with the
 * given fields changed, then the new ones. What users write is literal: a note may begin with `$`.
 */
export function itemsAfter(wishes: readonly Wish[]): object {
  const merged = mergeByCountry(wishes);
  const changes = merged.map(({ countryCode, change }) => ({ countryCode, ...change }));
  const changeOfItem = {
    $first: {
      $filter: {
        input: { $literal: changes },
        as: 'change',
        cond: { $eq: ['$$change.countryCode', '$$item.countryCode'] },
      },
    },
  };
  return {
    $concatArrays: [
      { $map: { input: '$items', as: 'item', in: { $mergeObjects: ['$$item', changeOfItem] } } },
      {
        $filter: {
          input: { $literal: merged.map(newItem) },
          as: 'item',
          cond: { $not: [{ $in: ['$$item.countryCode', '$items.countryCode'] }] },
        },
      },
    ],
  };
}

/** One wish per country: the first one says when it was added, later ones win in their fields. */
function mergeByCountry(wishes: readonly Wish[]): Wish[] {
  const byCountry = new Map<string, Wish>();
  for (const wish of wishes) {
    const first = byCountry.get(wish.countryCode) ?? wish;
    byCountry.set(wish.countryCode, { ...first, change: { ...first.change, ...wish.change } });
  }
  return [...byCountry.values()];
}

function newItem({ countryCode, change, addedAt }: Wish): WishlistEntry {
  return Object.assign({ countryCode, addedAt }, ENTRY_DEFAULTS, change);
}

function isEqual(a: WishlistEntry, b: WishlistEntry): boolean {
  return a.note === b.note && a.priority === b.priority && a.visited === b.visited;
}

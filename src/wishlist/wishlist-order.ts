import type { CountryNames } from './countries.js';
import type { WishlistSort } from './wishlist.dto.js';
import { MAX_PRIORITY, type WishlistEntry } from './wishlist.schema.js';

/** Where an item stands in a sorted list: lowest key first, then by code. */
interface Place {
  key: number;
  countryCode: string;
}

const KEYS: Readonly<Record<WishlistSort, (entry: WishlistEntry, names: CountryNames) => number>> = {
  addedAt: ({ addedAt }) => -Number(addedAt),
  priority: ({ priority }) => priority ?? MAX_PRIORITY + 1,
  name: ({ countryCode }, { ranks }) => ranks.get(countryCode) ?? Number.POSITIVE_INFINITY,
};

/** The order of a list. Positions in it are texts for cursors. */
export function wishlistOrder(sort: WishlistSort, names: CountryNames) {
  const placeOf = (entry: WishlistEntry): Place => ({
    key: KEYS[sort](entry, names),
    countryCode: entry.countryCode,
  });
  return {
    positionOf: (entry: WishlistEntry): string => {
      const { key, countryCode } = placeOf(entry);
      return `${key} ${countryCode}`;
    },
    /** The items in this order, only those after a position if there is one. */
    sorted: (entries: readonly WishlistEntry[], position?: string): WishlistEntry[] => {
      const sorted = entries.toSorted((a, b) => compare(placeOf(a), placeOf(b)));
      if (position === undefined) return sorted;
      const [key, countryCode = ''] = position.split(' ');
      const last = { key: Number(key), countryCode };
      return sorted.filter((entry) => compare(placeOf(entry), last) > 0);
    },
  };
}

function compare(a: Place, b: Place): number {
  return a.key - b.key || (a.countryCode > b.countryCode ? 1 : -1);
}

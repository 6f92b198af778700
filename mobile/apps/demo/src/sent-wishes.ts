import type { components } from '@roavelo/client';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';

type WishlistItem = components['schemas']['WishlistItem'];
interface Page {
  items: WishlistItem[];
}

/**
 * Shows wishes that have just reached the service in what was fetched before them, and fetches it again.
 * They have left the device: without this, their hearts would go out until the answer comes.
 */
export function showSentWishes(
  queryClient: QueryClient,
  userId: string,
  sent: readonly WishlistItem[],
): void {
  const queryKey = ['mine', userId, 'wishlist'];
  const isOther = ({ countryCode }: WishlistItem) => sent.every((item) => item.countryCode !== countryCode);

  queryClient.setQueryData<string[]>([...queryKey, 'codes'], (codes) =>
    codes ? [...new Set([...codes, ...sent.map(({ countryCode }) => countryCode)])] : undefined,
  );
  // The lists of all wishes, in any order: [sort, visited]. Those of what was visited wait for the answer.
  const isWhole = ({ queryKey: key }: { queryKey: readonly unknown[] }) =>
    key.length === 5 && key[4] === undefined;
  queryClient.setQueriesData<InfiniteData<Page>>({ queryKey, predicate: isWhole }, (list) => {
    const [first, ...others] = list?.pages ?? [];
    if (!list || !first) return list;
    return { ...list, pages: [{ ...first, items: [...sent, ...first.items.filter(isOther)] }, ...others] };
  });
  void queryClient.invalidateQueries({ queryKey: ['mine'] });
}

import { useAuthGuard, useLocalWishlist } from '@roavelo/client/react';
import { useRouter } from 'expo-router';
import { useState } from 'react';
import { View } from 'react-native';
import { messageOf } from '../../src/messages.ts';
import {
  useCountries,
  useServedWishlist,
  useSession,
  type WishlistItem,
  type WishlistSort,
} from '../../src/queries.ts';
import { Empty, Loading, Notice } from '../../src/shown.tsx';
import { Button, Choices, Page, styles } from '../../src/ui.tsx';
import { Wish } from '../../src/wish.tsx';

type Shown = 'all' | 'wanted' | 'visited';

const SORTS = [
  { value: 'addedAt', label: 'Newest' },
  { value: 'priority', label: 'Priority' },
  { value: 'name', label: 'A to Z' },
] as const satisfies { value: WishlistSort; label: string }[];
const SHOWN = [
  { value: 'all', label: 'All' },
  { value: 'wanted', label: 'To see' },
  { value: 'visited', label: 'Visited' },
] as const satisfies { value: Shown; label: string }[];

export default function Wishlist() {
  const router = useRouter();
  const session = useSession();
  const { showLoginSheet } = useAuthGuard();
  const [sort, setSort] = useState<WishlistSort>('addedAt');
  const [shown, setShown] = useState<Shown>('all');
  const served = useServedWishlist(sort, shown === 'all' ? undefined : shown === 'visited');
  const kept = useKeptWishes(sort, shown);
  const isGuest = session.status === 'signed-out';
  const keptCodes = new Set(kept.map(({ countryCode }) => countryCode));
  const items = [
    ...kept,
    ...(served.data?.pages.flatMap((page) => page.items) ?? []).filter(
      ({ countryCode }) => !keptCodes.has(countryCode),
    ),
  ];
  const isLoading =
    session.status === 'loading' || (!isGuest && served.isPending && served.fetchStatus !== 'paused');
  return (
    <Page title="Wishlist">
      {isGuest && kept.length > 0 && (
        <Notice
          text="This list is on this device only. Sign in, and it comes along."
          action={{
            label: 'Sign in',
            onPress: () => {
              showLoginSheet('OPEN_WISHLIST');
            },
          }}
        />
      )}
      <View style={styles.stack}>
        <Choices label="Order" options={SORTS} selected={sort} onSelect={setSort} />
        <Choices label="Show" options={SHOWN} selected={shown} onSelect={setShown} />
      </View>
      {served.isError && (
        <Notice
          tone="bad"
          text={messageOf(served.error) ?? ''}
          action={{ label: 'Try again', onPress: () => served.refetch() }}
        />
      )}
      {isLoading && items.length === 0 ? (
        <Loading label="Loading the wishlist" />
      ) : items.length === 0 && !served.isError ? (
        <Empty
          emoji={shown === 'visited' ? '🧳' : '🗺️'}
          title={shown === 'visited' ? 'Nothing visited yet' : 'Your list is empty'}
          text={
            shown === 'visited'
              ? 'Mark a country of your list as visited, and it is here.'
              : 'The heart of a country puts it here.'
          }
          action={{
            label: 'Look at countries',
            onPress: () => {
              router.navigate('/(tabs)');
            },
          }}
        />
      ) : (
        <View role="list" style={styles.stack}>
          {items.map((item) => (
            <Wish key={item.countryCode} item={item} />
          ))}
        </View>
      )}
      {served.hasNextPage && (
        <Button
          kind="secondary"
          label="Show more"
          busy={served.isFetchingNextPage}
          onPress={() => served.fetchNextPage()}
        />
      )}
    </Page>
  );
}

/** What waits on this device, in the form of the service's items, in the order that is asked for. */
function useKeptWishes(sort: WishlistSort, shown: Shown): WishlistItem[] {
  const { data: countries = [] } = useCountries();
  const names = new Map(countries.map(({ code, name }) => [code, name]));
  const order: Record<WishlistSort, (a: WishlistItem, b: WishlistItem) => number> = {
    addedAt: (a, b) => b.addedAt.localeCompare(a.addedAt),
    priority: (a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity) || 0,
    name: (a, b) => a.name.localeCompare(b.name),
  };
  return useLocalWishlist()
    .map(({ countryCode, note = '', priority = null, visited = false, addedAt }) => ({
      countryCode,
      name: names.get(countryCode) ?? countryCode,
      note,
      priority,
      visited,
      addedAt,
    }))
    .filter(({ visited }) => shown === 'all' || visited === (shown === 'visited'))
    .sort(order[sort]);
}

import { addToWishlist, type components, removeFromWishlist, unwrap } from '@roavelo/client';
import { useLocalWishlist } from '@roavelo/client/react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, roavelo } from './roavelo.ts';

type Schemas = components['schemas'];
export type Country = Schemas['Country'];
export type WishlistItem = Schemas['WishlistItem'];
export type WishlistChange = Schemas['WishlistChange'];
export type UserCard = Schemas['UserCard'];
export type Me = Schemas['Me'];

export type WishlistSort = 'addedAt' | 'priority' | 'name';
export type PeopleList = 'search' | 'requests' | 'following' | 'blocks';

const onSession = (listener: () => void) => roavelo.tokenSource.subscribe(listener);

/** Who is in front of the app, by the provider of tokens. */
export function useSession() {
  return useSyncExternalStore(onSession, () => roavelo.tokenSource.getState());
}

/** Part of every key of what belongs to a person, so that no person sees another one's cache. */
function useUserId(): string | undefined {
  const session = useSession();
  return session.status === 'signed-in' ? session.userId : undefined;
}

export function useCountries() {
  return useQuery({
    queryKey: ['countries'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v2/countries', { signal, auth: 'none' })),
    select: ({ items }) => items,
    staleTime: 60_000,
  });
}

export function useMe() {
  const userId = useUserId();
  return useQuery({
    queryKey: ['mine', userId, 'me'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v2/users/me', { signal })),
    enabled: userId !== undefined,
  });
}

/** The wishlist on the service, page by page. */
export function useServedWishlist(sort: WishlistSort, visited: boolean | undefined) {
  const userId = useUserId();
  return useInfiniteQuery({
    queryKey: ['mine', userId, 'wishlist', sort, visited],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v2/users/me/wishlist', {
          signal,
          params: {
            query: {
              limit: 100,
              sort,
              ...(visited !== undefined && { visited }),
              ...(pageParam !== undefined && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled: userId !== undefined,
  });
}

/** The codes of all countries that the person wants, wherever they are kept now. */
export function useWishes(): ReadonlySet<string> {
  const userId = useUserId();
  const kept = useLocalWishlist();
  const { data = [] } = useQuery({
    queryKey: ['mine', userId, 'wishlist', 'codes'],
    queryFn: async ({ signal }) => {
      const codes: string[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { limit: 100, ...(cursor != null && { cursor }) };
        const page = await unwrap(api.GET('/api/v2/users/me/wishlist', { signal, params: { query } }));
        codes.push(...page.items.map(({ countryCode }) => countryCode));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return codes;
    },
    enabled: userId !== undefined,
  });
  return new Set([...(userId === undefined ? [] : data), ...kept.map(({ countryCode }) => countryCode)]);
}

/** Changes the wishlist of the person, or the guest's on this device. */
export function useWishlistChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({
      countryCode,
      change,
    }: {
      countryCode: string;
      change: WishlistChange | 'remove';
    }) => {
      if (change === 'remove') await removeFromWishlist(countryCode);
      else await addToWishlist(countryCode, change);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['mine'] }),
  });
}

/** A list of people, page by page. */
export function usePeople(list: PeopleList, text: string) {
  const userId = useUserId();
  const { data: me } = useMe();
  return useInfiniteQuery({
    queryKey: ['mine', userId, 'people', list, text],
    queryFn: ({ pageParam, signal }) => {
      const page = { limit: 20, ...(pageParam !== undefined && { cursor: pageParam }) };
      if (list === 'requests') {
        return unwrap(api.GET('/api/v2/users/me/follow-requests', { signal, params: { query: page } }));
      }
      if (list === 'blocks')
        return unwrap(api.GET('/api/v2/users/me/blocks', { signal, params: { query: page } }));
      if (list === 'following') {
        const path = { userId: me?.id ?? '' };
        return unwrap(api.GET('/api/v2/users/{userId}/following', { signal, params: { path, query: page } }));
      }
      return unwrap(api.GET('/api/v2/users', { signal, params: { query: { ...page, q: text } } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled:
      userId !== undefined &&
      (list !== 'search' || text.length > 0) &&
      (list !== 'following' || me !== undefined),
  });
}

export function usePerson(id: string) {
  const userId = useUserId();
  return useQuery({
    queryKey: ['mine', userId, 'person', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v2/users/{userId}', { signal, params: { path: { userId: id } } })),
    enabled: userId !== undefined,
  });
}

export function useWishlistOf(id: string) {
  const userId = useUserId();
  return useQuery({
    queryKey: ['mine', userId, 'person', id, 'wishlist'],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v2/users/{userId}/wishlist', {
          signal,
          params: { path: { userId: id }, query: { limit: 100 } },
        }),
      ),
    enabled: userId !== undefined,
  });
}

const about = (userId: string) => ({ params: { path: { userId } } });
const PERSON_ACTIONS = {
  follow: (id: string) => unwrap(api.PUT('/api/v2/users/me/following/{userId}', about(id))),
  unfollow: (id: string) => unwrap(api.DELETE('/api/v2/users/me/following/{userId}', about(id))),
  accept: (id: string) => unwrap(api.PUT('/api/v2/users/me/follow-requests/{userId}', about(id))),
  decline: (id: string) => unwrap(api.DELETE('/api/v2/users/me/follow-requests/{userId}', about(id))),
  block: (id: string) => unwrap(api.PUT('/api/v2/users/me/blocks/{userId}', about(id))),
  unblock: (id: string) => unwrap(api.DELETE('/api/v2/users/me/blocks/{userId}', about(id))),
} as const;
export type PersonAction = keyof typeof PERSON_ACTIONS;

export function usePersonAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, action }: { id: string; action: PersonAction }) => {
      await PERSON_ACTIONS[action](id);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['mine'] }),
  });
}

export function useProfileChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['MeChange']) => unwrap(api.PATCH('/api/v2/users/me', { body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['mine'] }),
  });
}

import { useAuthGuard } from '@roavelo/client/react';
import { useDeferredValue, useState } from 'react';
import { View } from 'react-native';
import { messageOf } from '../../src/messages.ts';
import { PersonRow } from '../../src/person-row.tsx';
import { type PeopleList, useMe, usePeople, useSession } from '../../src/queries.ts';
import { Empty, Loading, Notice } from '../../src/shown.tsx';
import { Button, Choices, Field, Page, styles } from '../../src/ui.tsx';

const NOTHING: Record<PeopleList, { emoji: string; title: string; text: string }> = {
  search: { emoji: '🔎', title: 'Nobody found', text: 'Search by name or username.' },
  requests: { emoji: '📭', title: 'No requests', text: 'Who asks to follow you is listed here.' },
  following: { emoji: '👋', title: 'You follow nobody yet', text: 'Search for people you know.' },
  blocks: { emoji: '🕊️', title: 'Nobody is blocked', text: 'People you block are listed here.' },
};

export default function People() {
  const session = useSession();
  const { showLoginSheet } = useAuthGuard();
  const { data: me } = useMe();
  const [list, setList] = useState<PeopleList>('search');
  const [search, setSearch] = useState('');
  const text = useDeferredValue(search.trim());
  const people = usePeople(list, list === 'search' ? text : '');
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  if (session.status === 'signed-out') {
    return (
      <Page title="People">
        <Empty
          emoji="🧑‍🤝‍🧑"
          title="Travel with others"
          text="Sign in to find people, and to see where they want to go."
          action={{
            label: 'Sign in',
            onPress: () => {
              showLoginSheet('OPEN_PEOPLE');
            },
          }}
        />
      </Page>
    );
  }
  const requests = me?.followRequestsCount ?? 0;
  const isWaiting = list === 'search' && text === '';
  return (
    <Page title="People">
      <Choices
        label="People"
        selected={list}
        onSelect={setList}
        options={[
          { value: 'search', label: 'Search' },
          { value: 'requests', label: requests > 0 ? `Requests (${requests})` : 'Requests' },
          { value: 'following', label: 'Following' },
          { value: 'blocks', label: 'Blocked' },
        ]}
      />
      {list === 'search' && (
        <Field
          label="Search people"
          placeholder="Name or username"
          value={search}
          onChangeText={setSearch}
          autoCapitalize="none"
          autoCorrect={false}
          inputMode="search"
        />
      )}
      {people.isError ? (
        <Notice
          tone="bad"
          text={messageOf(people.error) ?? ''}
          action={{ label: 'Try again', onPress: () => people.refetch() }}
        />
      ) : isWaiting ? (
        <Empty {...NOTHING.search} title="Find people" />
      ) : people.isPending && people.fetchStatus !== 'paused' ? (
        <Loading label="Loading people" rows={4} />
      ) : items.length === 0 ? (
        <Empty {...NOTHING[list]} />
      ) : (
        <View role="list" style={styles.stack}>
          {items.map((person) => (
            <PersonRow key={person.id} person={person} list={list} />
          ))}
        </View>
      )}
      {people.hasNextPage && (
        <Button
          kind="secondary"
          label="Show more"
          busy={people.isFetchingNextPage}
          onPress={() => people.fetchNextPage()}
        />
      )}
    </Page>
  );
}

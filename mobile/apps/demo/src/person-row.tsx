import { Link } from 'expo-router';
import { View } from 'react-native';
import { messageOf } from './messages.ts';
import { type PeopleList, type PersonAction, type UserCard, useMe, usePersonAction } from './queries.ts';
import { Avatar, Notice } from './shown.tsx';
import { Button, Card, styles, Words } from './ui.tsx';

export function nameOf({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim();
}

/** A person in a list, with what one does there. */
export function PersonRow({ person, list }: { person: UserCard; list: PeopleList }) {
  const name = nameOf(person);
  return (
    <View role="listitem">
      <Card>
        <View style={styles.row}>
          <Avatar name={name} picture={person.profilePicture} />
          <View style={styles.grow}>
            <Link href={`/person/${person.id}`}>
              <Words look="strong">{name}</Words>
            </Link>
            <Words look="small" tone="muted" numberOfLines={1}>
              @{person.username}
              {person.visibility === 'private' && ' · private'}
            </Words>
          </View>
        </View>
        <PersonActions person={person} list={list} />
      </Card>
    </View>
  );
}

/** Follow or accept, block or unblock: what the relationship, and the list that it is shown in, allow. */
export function PersonActions({ person, list }: { person: UserCard; list?: PeopleList }) {
  const { data: me } = useMe();
  const { mutate, isPending, variables, error } = usePersonAction();
  const name = nameOf(person);
  const problem = messageOf(error);
  if (me?.id === person.id) return null;
  const button = (
    action: PersonAction,
    label: string,
    kind: 'primary' | 'secondary' | 'quiet' | 'danger',
  ) => (
    <Button
      key={action}
      label={label}
      name={`${label}: ${name}`}
      kind={kind}
      busy={isPending && variables.action === action}
      disabled={isPending}
      onPress={() => {
        mutate({ id: person.id, action });
      }}
    />
  );
  const { following, requested, blocking } = person.relationship;
  return (
    <View style={styles.stack}>
      <View style={styles.wrap}>
        {list === 'requests' && [
          button('accept', 'Accept', 'primary'),
          button('decline', 'Decline', 'secondary'),
        ]}
        {blocking
          ? button('unblock', 'Unblock', 'secondary')
          : [
              following
                ? button('unfollow', 'Following', 'secondary')
                : requested
                  ? button('unfollow', 'Requested', 'secondary')
                  : list !== 'requests' && button('follow', 'Follow', 'primary'),
              button('block', 'Block', 'quiet'),
            ]}
      </View>
      {problem !== undefined && <Notice tone="bad" text={problem} />}
    </View>
  );
}

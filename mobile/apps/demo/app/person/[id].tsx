import { useLocalSearchParams, useRouter } from 'expo-router';
import { View } from 'react-native';
import { messageOf } from '../../src/messages.ts';
import { nameOf, PersonActions } from '../../src/person-row.tsx';
import { usePerson, useWishlistOf } from '../../src/queries.ts';
import { Avatar, Empty, Flag, Loading, Notice } from '../../src/shown.tsx';
import { Card, IconButton, Page, styles, Words } from '../../src/ui.tsx';

export default function Person() {
  const { id } = useLocalSearchParams<{ id: string }>();
  const router = useRouter();
  const person = usePerson(id);
  const wishlist = useWishlistOf(id);
  const back = (
    <IconButton
      name="Back"
      icon="back"
      onPress={() => {
        if (router.canGoBack()) router.back();
        else router.replace('/(tabs)/people');
      }}
    />
  );
  if (person.isError) {
    return (
      <Page title="Nobody here" aside={back}>
        <Notice
          tone="bad"
          text={messageOf(person.error) ?? ''}
          action={{ label: 'Try again', onPress: () => person.refetch() }}
        />
      </Page>
    );
  }
  if (!person.data) {
    return (
      <Page title="…" aside={back}>
        <Loading label="Loading the profile" rows={3} />
      </Page>
    );
  }
  const { data } = person;
  const name = nameOf(data);
  return (
    <Page title={name} aside={back}>
      <View style={styles.row}>
        <Avatar name={name} picture={data.profilePicture} />
        <View style={styles.grow}>
          <Words tone="muted">@{data.username}</Words>
          <Words look="small" tone="muted">
            {data.followersCount} followers · follows {data.followingCount}
          </Words>
        </View>
      </View>
      {data.bio !== '' && <Words>{data.bio}</Words>}
      <PersonActions person={data} />
      <Words look="title" as="heading">
        Wants to see
      </Words>
      {wishlist.isError ? (
        <Notice text={messageOf(wishlist.error) ?? ''} />
      ) : !wishlist.data ? (
        <Loading label="Loading the wishlist" rows={2} />
      ) : wishlist.data.items.length === 0 ? (
        <Empty emoji="🗺️" title="No wishes yet" text={`${name} has not chosen a country.`} />
      ) : (
        <View role="list" style={styles.stack}>
          {wishlist.data.items.map((item) => (
            <View key={item.countryCode} role="listitem">
              <Card>
                <View style={styles.row}>
                  <Flag code={item.countryCode} />
                  <View style={styles.grow}>
                    <Words look="strong">{item.name}</Words>
                    {item.note !== '' && (
                      <Words look="small" tone="muted">
                        {item.note}
                      </Words>
                    )}
                  </View>
                </View>
              </Card>
            </View>
          ))}
        </View>
      )}
    </Page>
  );
}

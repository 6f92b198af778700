import { useAuthGuard, useDeleteAccount } from '@roavelo/client/react';
import { useRouter } from 'expo-router';
import { useState } from 'react';
import { View } from 'react-native';
import { DeleteAccount } from '../../src/delete-account.tsx';
import { saveExport } from '../../src/export.ts';
import { messageOf } from '../../src/messages.ts';
import { nameOf } from '../../src/person-row.tsx';
import { type Me, useMe, useProfileChange, useSession } from '../../src/queries.ts';
import { roavelo } from '../../src/roavelo.ts';
import { Avatar, Empty, Loading, Notice } from '../../src/shown.tsx';
import { Button, Card, Choices, Field, Page, styles, Words } from '../../src/ui.tsx';

export default function Profile() {
  const session = useSession();
  const { showLoginSheet } = useAuthGuard();
  const { accepted } = useDeleteAccount();
  const router = useRouter();
  const me = useMe();
  if (session.status === 'signed-out') {
    return (
      <Page title="Profile">
        {accepted !== null && (
          <Notice
            text="You have deleted your account."
            action={{
              label: 'Receipt',
              onPress: () => {
                router.push('/receipt');
              },
            }}
          />
        )}
        <Empty
          emoji="🧭"
          title="You are a guest"
          text="With an account, your wishlist comes along to every device."
          action={{
            label: 'Sign in',
            onPress: () => {
              showLoginSheet('OPEN_PROFILE');
            },
          }}
        />
      </Page>
    );
  }
  return (
    <Page title="Profile">
      {me.isError && (
        <Notice
          tone="bad"
          text={messageOf(me.error) ?? ''}
          action={{ label: 'Try again', onPress: () => me.refetch() }}
        />
      )}
      {me.data ? <Account me={me.data} /> : !me.isError && <Loading label="Loading the profile" rows={4} />}
      {session.status === 'signed-in' && <Leaving />}
    </Page>
  );
}

function Account({ me }: { me: Me }) {
  const name = nameOf(me);
  const { mutate, isPending, error, isSuccess } = useProfileChange();
  const [username, setUsername] = useState(me.username);
  const [bio, setBio] = useState(me.bio);
  const isChanged = username !== me.username || bio !== me.bio;
  const problem = messageOf(error);
  return (
    <>
      <View style={styles.row}>
        <Avatar name={name} picture={me.profilePicture} />
        <View style={styles.grow}>
          <Words look="title" as="heading">
            {name}
          </Words>
          <Words look="small" tone="muted">
            {me.email}
          </Words>
          <Words look="small" tone="muted">
            {me.followersCount} followers · follows {me.followingCount} · {me.wishlistCount} on the wishlist
          </Words>
        </View>
      </View>
      <Card>
        <Field
          label="Username"
          value={username}
          onChangeText={setUsername}
          autoCapitalize="none"
          autoCorrect={false}
          maxLength={30}
        />
        <Field label="About you" value={bio} onChangeText={setBio} multiline maxLength={300} />
        {isChanged && (
          <Button
            label="Save"
            busy={isPending}
            onPress={() => {
              mutate({
                ...(username !== me.username && { username: username.trim().toLowerCase() }),
                ...(bio !== me.bio && { bio }),
              });
            }}
          />
        )}
        <Words look="small" style={styles.semibold}>
          Who sees your wishlist
        </Words>
        <Choices
          label="Who sees your wishlist"
          selected={me.visibility}
          onSelect={(visibility) => {
            mutate({ visibility });
          }}
          options={[
            { value: 'public', label: 'Everybody' },
            { value: 'private', label: 'Followers I accept' },
          ]}
        />
        {problem !== undefined && <Notice tone="bad" text={problem} />}
        {isSuccess && !isChanged && (
          <Words look="small" tone="muted" role="status">
            Saved.
          </Words>
        )}
      </Card>
    </>
  );
}

/** Also of an account that is suspended: exporting and deleting it stay open. */
function Leaving() {
  const [isExporting, setExporting] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = async (work: () => Promise<void>) => {
    setFailure(null);
    await work().catch(setFailure);
  };
  const problem = messageOf(failure);
  return (
    <View style={styles.stack}>
      {problem !== undefined && <Notice tone="bad" text={problem} />}
      <Button
        kind="secondary"
        label="Export my data"
        busy={isExporting}
        onPress={async () => {
          setExporting(true);
          await attempt(saveExport);
          setExporting(false);
        }}
      />
      <Button
        kind="secondary"
        label="Sign out"
        onPress={() => attempt(() => roavelo.tokenSource.signOut())}
      />
      <DeleteAccount />
    </View>
  );
}

import { useDeleteAccount } from '@roavelo/client/react';
import { useRouter } from 'expo-router';
import { useState } from 'react';
import { View } from 'react-native';
import { messageOf } from './messages.ts';
import { Notice } from './shown.tsx';
import { Button, Card, Field, styles, Words } from './ui.tsx';

const WORD = 'delete';

/** Asks twice: what is gone is gone. */
export function DeleteAccount() {
  const router = useRouter();
  const { deleteAccount, error, isBusy } = useDeleteAccount();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const problem = messageOf(error);
  if (!isAsking) {
    return (
      <Button
        kind="danger"
        label="Delete my account"
        onPress={() => {
          setAsking(true);
        }}
      />
    );
  }
  return (
    <Card>
      <Words look="title" as="heading">
        Delete your account?
      </Words>
      <Words>Your profile, your wishlist and who follows you are erased. This cannot be undone.</Words>
      <Field
        label={`Type “${WORD}” to confirm`}
        value={typed}
        onChangeText={setTyped}
        autoCapitalize="none"
        autoCorrect={false}
      />
      {problem !== undefined && <Notice tone="bad" text={problem} />}
      <View style={styles.wrap}>
        <Button
          kind="danger"
          label="Delete for good"
          busy={isBusy}
          disabled={typed.trim().toLowerCase() !== WORD}
          onPress={() =>
            deleteAccount().then(
              () => {
                router.replace('/receipt');
              },
              () => undefined,
            )
          }
        />
        <Button
          kind="secondary"
          label="Keep it"
          disabled={isBusy}
          onPress={() => {
            setAsking(false);
          }}
        />
      </View>
    </Card>
  );
}

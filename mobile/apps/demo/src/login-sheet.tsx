import { useSocialAuth } from '@roavelo/client/expo';
import { useLoginSheet } from '@roavelo/client/react';
import { usePathname, useRouter } from 'expo-router';
import { useEffect, useRef } from 'react';
import { Modal, Pressable, StyleSheet, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { radius, space, useColors } from './theme.ts';
import { Notice } from './shown.tsx';
import { Button, IconButton, styles, Words } from './ui.tsx';

/** Why the sheet is open, by action. */
const REASONS: Readonly<Record<string, string>> = {
  ADD_WISHLIST: 'It is on your list, on this device. Sign in to keep it, and to see it everywhere.',
  OPEN_WISHLIST: 'What you have chosen on this device comes along.',
  OPEN_PEOPLE: 'Find people, and see where they want to go.',
};

/** Over every screen, while a guest is asked to sign in. It makes way for the screens of the e-mail way. */
export function LoginSheet() {
  const { action, onClosed } = useLoginSheet();
  const isAway = usePathname().startsWith('/auth/');
  const wasAway = useRef(false);
  const { handleSocialAuth, isBusy, error } = useSocialAuth();
  const colors = useColors();
  const insets = useSafeAreaInsets();
  const router = useRouter();

  // A Modal that was not visible does not say that it has closed.
  useEffect(() => {
    if (action === null && wasAway.current) onClosed();
    wasAway.current = action !== null && isAway;
  }, [action, isAway, onClosed]);

  const social = (strategy: 'oauth_google' | 'oauth_apple') =>
    handleSocialAuth(strategy).catch(() => undefined);

  return (
    <Modal
      visible={action !== null && !isAway}
      transparent
      animationType="slide"
      onRequestClose={onClosed}
      onDismiss={onClosed}
    >
      <View style={local.ground}>
        <View
          aria-label="Sign in"
          style={[
            local.sheet,
            { backgroundColor: colors.background, paddingBottom: insets.bottom + space.xl },
          ]}
        >
          <View style={styles.spread}>
            <Words look="title" as="heading" style={styles.grow}>
              Sign in to Roavelo
            </Words>
            <IconButton name="Close" icon="close" onPress={onClosed} />
          </View>
          <Words tone="muted">{REASONS[action ?? ''] ?? 'It takes less than a minute.'}</Words>
          {error && <Notice tone="bad" text={error.message} />}
          <Button label="Continue with Google" busy={isBusy} onPress={() => social('oauth_google')} />
          <Button
            kind="secondary"
            label="Continue with Apple"
            disabled={isBusy}
            onPress={() => social('oauth_apple')}
          />
          <Button
            kind="secondary"
            label="Continue with e-mail"
            disabled={isBusy}
            onPress={() => {
              router.push('/auth/email-auth');
            }}
          />
          <Button kind="quiet" label="Not now" onPress={onClosed} />
        </View>
        {/* Last, so that the focus begins in the sheet. */}
        <Pressable style={StyleSheet.absoluteFill} onPress={onClosed} role="presentation" tabIndex={-1} />
      </View>
    </Modal>
  );
}

const local = StyleSheet.create({
  ground: {
    flex: 1,
    justifyContent: 'flex-end',
    alignItems: 'center',
    backgroundColor: 'rgba(5, 15, 18, 0.5)',
  },
  sheet: {
    width: '100%',
    maxWidth: 480,
    borderTopLeftRadius: radius.l,
    borderTopRightRadius: radius.l,
    padding: space.xl,
    gap: space.m,
    zIndex: 1,
  },
});

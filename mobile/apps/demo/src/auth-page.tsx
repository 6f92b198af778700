import { useRouter } from 'expo-router';
import type { ReactNode } from 'react';
import { View } from 'react-native';
import { IconButton, Page, styles } from './ui.tsx';

/** A screen of the e-mail way, with a way back to where the person came from. */
export function AuthPage({ title, children }: { title: string; children: ReactNode }) {
  const router = useRouter();
  return (
    <Page
      title={title}
      aside={
        <IconButton
          name="Close"
          icon="close"
          onPress={() => {
            if (router.canGoBack()) router.back();
            else router.replace('/(tabs)');
          }}
        />
      }
    >
      {/* A form: password managers look for one. */}
      <View role="form" style={[styles.stack, { width: '100%', maxWidth: 420 }]}>
        {children}
      </View>
    </Page>
  );
}

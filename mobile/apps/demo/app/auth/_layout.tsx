import { Stack } from 'expo-router';

/** Who may be here is decided by the gatekeeper, `app/_layout.tsx`. */
export default function AuthLayout() {
  return <Stack screenOptions={{ headerShown: false, contentStyle: { backgroundColor: 'transparent' } }} />;
}

import { Redirect } from 'expo-router';

/**
 * Where Google and Apple return to. On the web this is a pop-up that Clerk's provider closes
 * (`maybeCompleteAuthSession`); on a phone the browser hands the address to the app.
 */
export default function SsoCallback() {
  return <Redirect href="/(tabs)" />;
}

import { useSocialAuth } from '@roavelo/client/expo';
import { Button } from 'react-native';

export default function SignIn() {
  const { handleSocialAuth, isBusy } = useSocialAuth();
  return <Button title="Google" disabled={isBusy} onPress={() => void handleSocialAuth('oauth_google')} />;
}

import { ClerkProvider } from '@clerk/react';
import { addToWishlist, clerkTokenSource, configureRoavelo, unwrap, webStorage } from '@roavelo/client';
import {
  retry,
  retryDelay,
  RoaveloProvider,
  useAuthGuard,
  useEmailSignUp,
  useLoginSheet,
} from '@roavelo/client/react';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, retryDelay }, mutations: { retry, retryDelay } },
});

const client = configureRoavelo({
  baseUrl: 'http://127.0.0.1:3000',
  tokenSource: clerkTokenSource(),
  storage: webStorage(),
  localActions: ['ADD_WISHLIST'],
  onFirstSignIn: ({ userId }) => {
    console.log('Welcome', userId);
  },
});

function App() {
  const { data: me } = useQuery({
    queryKey: ['me'],
    queryFn: () => unwrap(client.api.GET('/api/v2/users/me')),
  });
  return (
    <RoaveloProvider client={client}>
      <h1>{me?.username}</h1>
      <Heart countryId="JP" />
      <SignUpSheet />
    </RoaveloProvider>
  );
}

function Heart({ countryId }: { countryId: string }) {
  const { guardedAction } = useAuthGuard();
  return (
    <button onClick={() => void guardedAction('ADD_WISHLIST', () => addToWishlist(countryId))}>♥</button>
  );
}

function SignUpSheet() {
  const { action, onClosed } = useLoginSheet();
  const { state, error, startSignUp, verifyEmail } = useEmailSignUp();
  if (action === null) return null;
  return (
    <dialog open onClose={onClosed}>
      <button onClick={() => void startSignUp('ada@example.com', 'a password')}>Sign up</button>
      {state.status === 'needs-verification' && (
        <button onClick={() => void verifyEmail('424242')}>{state.emailAddress}</button>
      )}
      {error?.code === 'locked' && error.until?.toISOString()}
    </dialog>
  );
}

createRoot(document.body).render(
  <StrictMode>
    <ClerkProvider publishableKey="pk_test_Y2xlcmsuZXhhbXBsZS5jb20k">
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </ClerkProvider>
  </StrictMode>,
);

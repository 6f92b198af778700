import { useEmailSignIn, useEmailSignUp } from '@roavelo/client/react';
import { useRouter } from 'expo-router';
import { useState } from 'react';
import { CodeForm } from '../../src/code-form.tsx';
import { AuthPage } from '../../src/auth-page.tsx';
import { Notice } from '../../src/shown.tsx';
import { Button, Choices, Field } from '../../src/ui.tsx';

type Mode = 'sign-up' | 'sign-in';

export default function EmailAuth() {
  const [mode, setMode] = useState<Mode>('sign-up');
  const signUp = useEmailSignUp();
  const signIn = useEmailSignIn();
  if (signUp.state.status === 'needs-verification') {
    return (
      <AuthPage title="Check your mail">
        <CodeForm
          {...signUp}
          emailAddress={signUp.state.emailAddress}
          onCode={signUp.verifyEmail}
          onOtherAddress={signUp.reset}
        />
      </AuthPage>
    );
  }
  if (signIn.state.status === 'needs-verification') {
    return (
      <AuthPage title="A new device">
        <CodeForm
          {...signIn}
          emailAddress={signIn.state.emailAddress}
          onCode={signIn.verifyDevice}
          onOtherAddress={signIn.reset}
        />
      </AuthPage>
    );
  }
  return (
    <AuthPage title={mode === 'sign-up' ? 'Create an account' : 'Welcome back'}>
      <Choices
        label="What to do"
        selected={mode}
        onSelect={setMode}
        options={[
          { value: 'sign-up', label: 'Sign up' },
          { value: 'sign-in', label: 'Sign in' },
        ]}
      />
      {mode === 'sign-up' ? (
        <SignUpForm key="sign-up" {...signUp} />
      ) : (
        <SignInForm key="sign-in" {...signIn} />
      )}
    </AuthPage>
  );
}

function SignUpForm({ startSignUp, error, isBusy }: ReturnType<typeof useEmailSignUp>) {
  return (
    <Credentials
      label="Sign up"
      hint="At least 8 characters."
      autoComplete="new-password"
      error={error}
      isBusy={isBusy}
      onSubmit={startSignUp}
    />
  );
}

function SignInForm({ signIn, error, isBusy }: ReturnType<typeof useEmailSignIn>) {
  const router = useRouter();
  return (
    <>
      <Credentials
        label="Sign in"
        autoComplete="current-password"
        error={error}
        isBusy={isBusy}
        onSubmit={signIn}
      />
      <Button
        kind="quiet"
        label="Forgot the password?"
        onPress={() => {
          router.push('/auth/reset-password');
        }}
      />
    </>
  );
}

function Credentials({
  label,
  hint,
  autoComplete,
  error,
  isBusy,
  onSubmit,
}: Pick<ReturnType<typeof useEmailSignUp>, 'error' | 'isBusy'> & {
  label: string;
  hint?: string;
  autoComplete: 'new-password' | 'current-password';
  onSubmit: (email: string, password: string) => Promise<unknown>;
}) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const isComplete = email.trim() !== '' && password !== '';
  const submit = async () => {
    // The error is shown from the hook's state.
    if (isComplete && !isBusy) await onSubmit(email, password).catch(() => undefined);
  };
  return (
    <>
      {error && error.field === undefined && <Notice tone="bad" text={error.message} />}
      <Field
        label="E-mail address"
        value={email}
        onChangeText={setEmail}
        autoCapitalize="none"
        autoComplete="email"
        inputMode="email"
        onSubmitEditing={submit}
        error={error?.field === 'email' ? error.message : undefined}
      />
      <Field
        label="Password"
        value={password}
        onChangeText={setPassword}
        secureTextEntry
        autoCapitalize="none"
        autoComplete={autoComplete}
        {...(hint !== undefined && { hint })}
        error={error?.field === 'password' ? error.message : undefined}
        onSubmitEditing={submit}
      />
      <Button label={label} busy={isBusy} disabled={!isComplete} onPress={submit} />
    </>
  );
}

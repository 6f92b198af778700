import { usePasswordReset } from '@roavelo/client/react';
import { useState } from 'react';
import { AuthPage } from '../../src/auth-page.tsx';
import { CodeForm } from '../../src/code-form.tsx';
import { Notice } from '../../src/shown.tsx';
import { Button, Field, Words } from '../../src/ui.tsx';

export default function ResetPassword() {
  const reset = usePasswordReset();
  const { state, error, isBusy } = reset;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const start = () => (email.trim() === '' ? undefined : reset.startReset(email).catch(() => undefined));
  const finish = () => (password === '' ? undefined : reset.setPassword(password));
  const general = error && error.field === undefined && <Notice tone="bad" text={error.message} />;
  if (state.status === 'needs-code') {
    return (
      <AuthPage title="Check your mail">
        <CodeForm
          {...reset}
          emailAddress={state.emailAddress}
          onCode={reset.verifyCode}
          onOtherAddress={reset.reset}
        />
      </AuthPage>
    );
  }
  if (state.status === 'needs-password') {
    return (
      <AuthPage title="A new password">
        {general}
        <Field
          label="New password"
          hint="At least 8 characters. Other devices are signed out."
          value={password}
          onChangeText={setPassword}
          secureTextEntry
          autoCapitalize="none"
          autoComplete="new-password"
          onSubmitEditing={finish}
          error={error?.field === 'password' ? error.message : undefined}
        />
        <Button label="Set the password" busy={isBusy} disabled={password === ''} onPress={finish} />
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Forgot the password?">
      <Words tone="muted">We send a code to the address of your account.</Words>
      {general}
      <Field
        label="E-mail address"
        value={email}
        onChangeText={setEmail}
        autoCapitalize="none"
        autoComplete="email"
        inputMode="email"
        onSubmitEditing={start}
        error={error?.field === 'email' ? error.message : undefined}
      />
      <Button label="Send a code" busy={isBusy} disabled={email.trim() === ''} onPress={start} />
    </AuthPage>
  );
}

import type { FormError } from '@roavelo/client/react';
import { useState, useSyncExternalStore } from 'react';
import { Notice } from './shown.tsx';
import { Button, Field, Words } from './ui.tsx';

/** Takes the code of a mail, and sends another one once that is allowed. */
export function CodeForm({
  emailAddress,
  error,
  isBusy,
  canResendAt,
  onCode,
  resendCode,
  onOtherAddress,
}: {
  emailAddress: string;
  error: FormError | null;
  isBusy: boolean;
  canResendAt: Date | null;
  onCode: (code: string) => Promise<boolean>;
  resendCode: () => Promise<void>;
  onOtherAddress: () => Promise<void>;
}) {
  const [code, setCode] = useState('');
  const wait = useSecondsUntil(canResendAt);
  const submit = () => (code.trim() === '' ? undefined : onCode(code));
  return (
    <>
      <Words tone="muted">We have sent a code to {emailAddress}.</Words>
      {error && error.field !== 'code' && <Notice tone="bad" text={error.message} />}
      <Field
        label="Code"
        value={code}
        onChangeText={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        autoFocus
        error={error?.field === 'code' ? error.message : undefined}
        onSubmitEditing={submit}
      />
      <Button label="Continue" busy={isBusy} disabled={code.trim() === ''} onPress={submit} />
      <Button
        kind="secondary"
        label={wait > 0 ? `Send another code in ${wait} s` : 'Send another code'}
        disabled={wait > 0 || isBusy}
        onPress={() => resendCode().catch(() => undefined)}
      />
      <Button
        kind="quiet"
        label="Use another address"
        disabled={isBusy}
        onPress={() => onOtherAddress().catch(() => undefined)}
      />
    </>
  );
}

function everySecond(listener: () => void) {
  const timer = setInterval(listener, 1_000);
  return () => {
    clearInterval(timer);
  };
}

function useSecondsUntil(time: Date | null): number {
  const now = useSyncExternalStore(everySecond, () => Math.floor(Date.now() / 1_000));
  return time === null ? 0 : Math.max(0, Math.ceil(time.getTime() / 1_000) - now);
}

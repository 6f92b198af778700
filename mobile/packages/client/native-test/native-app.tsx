import { ClerkProvider, getClerkInstance } from '@clerk/expo';
import { render, renderHook, type RenderHookResult } from '@testing-library/react-native';
import type { ReactElement, ReactNode } from 'react';
import type { AnsweredRequest } from '../test/support/clerk-local-process.ts';
import { type ClerkInstance, newInstance } from '../test/support/clerk-instance.ts';

/** An app on a device with `@clerk/expo`, and its instance of clerk-local. */
export interface NativeApp {
  instance: ClerkInstance;
  wrapper: (props: { children: ReactNode }) => ReactElement;
  renderHook: <T>(hook: () => T) => RenderHookResult<T, unknown>;
  render: (element: ReactElement) => ReturnType<typeof render>;
  /** What clerk-local says that it was asked: paths below `/v1`, of this instance. */
  log: () => Promise<string[]>;
  signOut: () => Promise<void>;
}

/**
 * One for a test file: `@clerk/expo` has one Clerk a process.
 * @param deviceToken of the client that this device had before; Clerk loads as soon as it is there
 */
export async function openNativeApp(
  deviceToken?: (instance: ClerkInstance) => Promise<string | null>,
): Promise<NativeApp> {
  const instance = await newInstance(String(process.env.CLERK_LOCAL_URL));
  const { publishableKey, proxyUrl } = instance;
  const tokens = new Map<string, string>();
  let saved: Promise<string | null> | undefined;
  const tokenCache = {
    getToken: async (key: string) => tokens.get(key) ?? (await (saved ??= deviceToken?.(instance))) ?? null,
    saveToken: (key: string, token: string) => {
      tokens.set(key, token);
      return Promise.resolve();
    },
  };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ClerkProvider
      publishableKey={publishableKey}
      proxyUrl={proxyUrl}
      tokenCache={tokenCache}
      telemetry={false}
      // There is no native module here.
      __experimental_disableNativeClientSync
    >
      {children}
    </ClerkProvider>
  );
  const { pathname } = new URL(proxyUrl);
  return {
    instance,
    wrapper,
    renderHook: (hook) => renderHook(hook, { wrapper }),
    render: (element) => render(element, { wrapper }),
    log: async () => {
      const response = await fetch(String(process.env.CLERK_LOCAL_LOG_URL));
      const answered = (await response.json()) as AnsweredRequest[];
      const prefix = ` ${pathname}/v1`;
      return answered
        .filter(({ request }) => request.includes(prefix))
        .map(({ request }) => request.replace(prefix, ' '));
    },
    signOut: async () => {
      await getClerkInstance().signOut();
    },
  };
}

/** Signs in without an app. @returns the token of the client, which a device keeps */
export async function signedInDevice(
  { proxyUrl }: ClerkInstance,
  identifier: string,
  password: string,
): Promise<string> {
  const response = await fetch(`${proxyUrl}/v1/client/sign_ins?_is_native=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ identifier, password }).toString(),
  });
  const token = response.headers.get('authorization');
  if (!response.ok || token === null) throw new Error(`${response.status} ${await response.text()}`);
  return token;
}

import { expect, onTestFinished, vi } from 'vitest';
import {
  clerkTokenSource,
  configureRoavelo,
  type KeyValueStorage,
  memoryStorage,
  type Roavelo,
  type RoaveloOptions,
  type TokenSource,
} from '../../src/index.ts';
import { type ClerkApp, openApp } from '../hooks/clerk-app.tsx';
import type { ClerkInstance } from '../support/clerk-instance.ts';

/** An app on a phone: the real clerk-js, the client, and a storage that survives `restart`. */
export interface Device {
  app: ClerkApp;
  roavelo: Roavelo;
  storage: KeyValueStorage;
  tokenSource: TokenSource;
  /** The actions that the login sheet was opened for. */
  sheets: string[];
  /** Signs in, in place of the signed-in person. @returns the user's id */
  signIn: (name: string) => Promise<string>;
  signOut: () => Promise<void>;
  /** Signs in, and closes the sheet. */
  signInBySheet: (name: string) => Promise<string>;
  /** The process is killed, and the app is opened again. */
  restart: (options?: Partial<RoaveloOptions>) => Promise<Device>;
}

interface DeviceOptions extends Partial<RoaveloOptions> {
  app?: ClerkApp;
  /** Leaves Clerk unloaded. */
  isLoading?: boolean;
}

export async function openDevice(instance: ClerkInstance, options: DeviceOptions = {}): Promise<Device> {
  const { app = openApp(instance), isLoading = false, ...given } = options;
  const storage = given.storage ?? memoryStorage();
  const tokenSource = clerkTokenSource(app.clerk);
  const sheets: string[] = [];
  const showLoginSheet = (action: string) => {
    sheets.push(action);
  };
  const all: RoaveloOptions = {
    baseUrl: 'http://127.0.0.1:9',
    showLoginSheet,
    ...given,
    tokenSource,
    storage,
  };
  const roavelo = configureRoavelo(all);
  const signIn = async (name: string) => {
    const id = await userOf(instance, name);
    const made = await instance.call('POST', '/v1/sign_in_tokens', { user_id: id });
    const { token } = made as { token: string };
    if (app.clerk.session) await app.clerk.signOut();
    const attempt = await app.clerk.client?.signIn.create({ strategy: 'ticket', ticket: token });
    await app.clerk.setActive({ session: attempt?.createdSessionId ?? null });
    return id;
  };
  onTestFinished(() => {
    roavelo.close();
  });
  if (!isLoading) await load(app);
  return {
    app,
    roavelo,
    storage,
    tokenSource,
    sheets,
    signIn,
    signOut: () => app.clerk.signOut(),
    signInBySheet: async (name) => {
      const id = await signIn(name);
      roavelo.actions.loginSheetClosed();
      return id;
    },
    restart: (changed) => {
      roavelo.close();
      return openDevice(instance, { ...given, storage, ...changed, app: app.restart() });
    },
  };
}

export async function load(app: ClerkApp): Promise<void> {
  await app.clerk.load({ standardBrowser: false, telemetry: false } as never);
}

/** The id of the user with that name; who does not exist is created. */
async function userOf(instance: ClerkInstance, name: string): Promise<string> {
  const email = `${name}@example.com`;
  const found = await instance.call('GET', `/v1/users?email_address=${encodeURIComponent(email)}`);
  const [user] = found as { id: string }[];
  return (user ?? (await instance.createUser(email, 'correct horse battery'))).id;
}

/** Resolves when the storage holds the text, or no longer holds it. */
export async function stored({ storage }: Device, text: string, isThere = true): Promise<void> {
  await vi.waitFor(async () => {
    expect((await storage.getItem('roavelo.guest'))?.includes(text) ?? false).toBe(isThere);
  });
}

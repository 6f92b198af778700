import { inject } from 'vitest';
import { clerkTokenSource, type TokenSource } from '../../src/index.ts';
import { type ClerkApp, openApp } from '../hooks/clerk-app.tsx';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';

/** An app of a new instance of clerk-local, with the real clerk-js, and what the package makes of it. */
export interface Device extends ClerkApp {
  instance: ClerkInstance;
  source: TokenSource;
  load: () => Promise<void>;
  /** The same device after a restart of the app. */
  reopen: () => Device;
  /** Signs in, in place of the signed-in person. @returns the user's id */
  signIn: (name: string) => Promise<string>;
  /** How many tokens were asked of Clerk. */
  tokensMade: () => number;
}

// clerk-js asks a browser's globals when it signs out, and whether it is online.
if (!('window' in globalThis)) {
  Object.assign(globalThis, { window: globalThis });
  Object.defineProperty(navigator, 'onLine', { get: () => true, configurable: true });
}

/** Clerk has not loaded yet. */
export async function openDevice(): Promise<Device> {
  const instance = await newInstance(inject('clerkUrl'));
  return deviceOf(openApp(instance), instance);
}

function deviceOf(app: ClerkApp, instance: ClerkInstance): Device {
  return Object.assign(app, {
    instance,
    source: clerkTokenSource(app.clerk as never),
    load: () => app.clerk.load({ standardBrowser: false, telemetry: false } as never),
    reopen: () => deviceOf(app.restart(), instance),
    signIn: async (name: string) => {
      const { id } = await instance.createUser(`${name}@example.com`, 'correct horse battery');
      const { token } = (await instance.call('POST', '/v1/sign_in_tokens', { user_id: id })) as {
        token: string;
      };
      if (app.clerk.session) await app.clerk.signOut();
      const signIn = await app.clerk.client?.signIn.create({ strategy: 'ticket', ticket: token });
      await app.clerk.setActive({ session: signIn?.createdSessionId ?? null });
      return id;
    },
    tokensMade: () => app.requests.filter((request) => /^POST .*\/tokens$/.test(request)).length,
  });
}

/** Ada is signed in. */
export async function openDeviceOfAda(): Promise<Device & { adaId: string }> {
  const device = await openDevice();
  await device.load();
  const adaId = await device.signIn('ada');
  return Object.assign(device, { adaId });
}

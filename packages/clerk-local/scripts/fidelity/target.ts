import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { startClerkLocal } from 'clerk-local';
import { execFileSync, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { createServer as createHttpServer, request } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An emulator with one user; all calls go to it. */
export interface Target {
  name: string;
  apiUrl: string;
  /** Of the Frontend API. */
  proxyUrl: string;
  publishableKey: string;
  secretKey: string;
  sdk: ClerkClient;
  webhooks: { setUrl: (url: string) => void; secret: string } | undefined;
  /** JSON of the Backend API without the SDK, for what a call needs first. */
  fetch: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}

/** The seeded user of each emulator. */
export const ADA = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  email_addresses: ['ada@example.com'],
  password: 'a long enough passphrase 7',
};

const SECRET_KEY = 'sk_test_local_fidelity';

export async function startOurs(): Promise<Target> {
  const clerk = await startClerkLocal({ secretKey: SECRET_KEY });
  const { email_addresses: addresses, ...rest } = ADA;
  await clerk.createUser({ ...rest, email_address: addresses });
  return target('clerk-local', clerk.url, {
    proxyUrl: clerk.proxyUrl,
    publishableKey: clerk.publishableKey,
    webhooks: {
      setUrl: (url) => {
        clerk.setWebhookUrl(url);
      },
      secret: clerk.webhookSecret,
    },
    close: () => clerk.close(),
  });
}

/** `emulate`'s Clerk service, as its README starts it; it offers no webhooks and no Frontend API. */
export async function startEmulate(folder: string, version: string): Promise<Target> {
  const npm = ['install', '--prefix', folder, '--no-audit', '--no-fund', `emulate@${version}`];
  execFileSync('npm', npm, { stdio: 'ignore', timeout: 120_000 });
  const seed = join(folder, 'seed.json');
  writeFileSync(seed, JSON.stringify({ clerk: { users: [ADA] } }));
  const port = await freePort();
  const program = join(folder, 'node_modules/emulate/dist/index.js');
  const child = spawn(
    process.execPath,
    [program, 'start', '--service', 'clerk', '--port', `${port}`, '--seed', seed],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready')) break;
  return target(`emulate ${version}`, `http://127.0.0.1:${port}`, {
    close: () => {
      child.kill();
      return Promise.resolve();
    },
  });
}

/** The same emulator behind a proxy that removes `charset` from its answers: what differs otherwise. */
export async function withoutCharset(behind: Target): Promise<Target> {
  const { port: upstream } = new URL(behind.apiUrl);
  const server = createHttpServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: upstream, method, path, headers }, (answer) => {
      const { 'content-type': type = '', ...others } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, { ...others, 'content-type': type.replace(/;.*/, '') });
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return target(`${behind.name} without its charset`, url, {
    close: () => {
      server.closeAllConnections();
      server.close();
      return Promise.resolve();
    },
  });
}

function target(name: string, apiUrl: string, own: Partial<Target> & Pick<Target, 'close'>): Target {
  const publishableKey = `pk_test_${Buffer.from(`${new URL(apiUrl).host}$`).toString('base64')}`;
  return {
    name,
    apiUrl,
    proxyUrl: apiUrl,
    publishableKey,
    secretKey: SECRET_KEY,
    sdk: createClerkClient({ secretKey: SECRET_KEY, apiUrl, telemetry: { disabled: true } }),
    webhooks: undefined,
    fetch: async (method, path, body) => {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${SECRET_KEY}`,
          'content-type': 'application/json',
          // As the SDK sends it.
          'clerk-api-version': '2026-05-12',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    ...own,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

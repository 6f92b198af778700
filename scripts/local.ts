import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { demoUsers, findDemoUser, seedDemoData } from './demo.ts';
import { docsScript } from './docs-script.ts';
import { findMongod, startReplicaSet } from './mongod.ts';
import { assertPortFree } from './port.ts';

const root = path.resolve(import.meta.dirname, '..');
const CURL_TOKEN_SECONDS = 12 * 60 * 60;

/** Where local mode listens and keeps its data; all on 127.0.0.1. */
interface Places {
  apiPort: number;
  clerkPort: number;
  mongodbPort: number;
  folder: string;
}

/**
 * Local mode: an embedded MongoDB, the local Clerk and the API in this process, on data that outlives it. Prints how to
 * use it; stops on SIGINT and SIGTERM. What can't work ends the process with one message and exit code 1.
 */
export async function startLocally(): Promise<void> {
  const stops: (() => Promise<unknown>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    await startAll(readPlaces(), stops);
  } catch (error) {
    await stopAll();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const stop = () => {
    void stopAll().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function startAll(places: Places, stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const port of [places.apiPort, places.clerkPort]) await assertPortFree(port);
  await mkdir(places.folder, { recursive: true });
  const { version } = await findMongod();
  await build();

  const replicaSet = await startReplicaSet({
    port: places.mongodbPort,
    dbPath: path.join(places.folder, `db-${Number.parseInt(version)}`),
  });
  stops.push(() => replicaSet.stop());

  const apiUrl = `http://127.0.0.1:${places.apiPort}`;
  const clerk = await startClerkLocal({ port: places.clerkPort,
    dataFile: path.join(places.folder, 'clerk.json'),
    seedUsers: demoUsers,
  });
  stops.push(() => clerk.close());

  const demoUser = await findDemoUser(clerk);
  await serveApi(places, replicaSet.uri, clerk, demoUser.id, stops);
  // From here on, so that what piled up before is delivered to somebody.
  clerk.setWebhookUrl(`${apiUrl}/api/v2/webhooks/clerk`);
  const seeded = path.join(places.folder, 'seeded');
  if (!existsSync(seeded)) {
    await seedDemoData(apiUrl, clerk);
    await writeFile(seeded, 'The demo data was made. It is not made again.\n');
  }

  const token = await clerk.mintToken(demoUser.id, { expiresInSeconds: CURL_TOKEN_SECONDS });
  process.stdout.write(banner(apiUrl, clerk.url, places.folder, token));
}

async function serveApi(
  { apiPort }: Places,
  mongodbUri: string,
  clerk: ClerkLocal,
  demoUserId: string,
  stops: (() => Promise<unknown>)[],
): Promise<void> {
  // Decorators need a compiler, so the API itself comes from the build.
  const { parseConfig } = (await import('../dist/config/config.js' as string)) as typeof import('../src/config/config.js');
  const { serve } = (await import('../dist/server.js' as string)) as typeof import('../src/server.js');
  const config = parseConfig({
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(apiPort),
    MONGODB_URI: withDatabase(mongodbUri, 'roavelo'),
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
    // The address of whatever page is being developed.
    CORS_ORIGINS: process.env['CORS_ORIGINS'] ?? '*',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
  });
  const app = await serve(config, { docsScript: docsScript(`${clerk.url}/_local/users/${demoUserId}/token`) });
  stops.push(() => app.close());
}

function readPlaces(): Places {
  const port = (name: string, fallback: number) => {
    const value = process.env[name] ?? String(fallback);
    if (/^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536) return Number(value);
    throw new Error(`${name} must be a port, 1 to 65535.`);
  };
  return {
    apiPort: port('PORT', 3000),
    clerkPort: port('LOCAL_CLERK_PORT', 4010),
    mongodbPort: port('LOCAL_MONGODB_PORT', 27_117),
    folder: path.resolve(root, process.env['LOCAL_DATA'] ?? '.local'),
  };
}

async function build(): Promise<void> {
  const nest = path.join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  await promisify(execFile)(process.execPath, [nest, 'build'], { cwd: root }).catch((error: unknown) => {
    throw new Error(`The build failed:\n${(error as { stdout?: string }).stdout ?? String(error)}`);
  });
}

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}

function banner(apiUrl: string, clerkUrl: string, folder: string, token: string): string {
  return `
Roavelo API is running, with a MongoDB and a Clerk of its own. Nothing leaves this machine.

  Swagger UI     ${apiUrl}/docs   (signed in as a demo user)
  Local Clerk    ${clerkUrl}   (users, tokens, webhooks)
  Data           ${path.relative(process.cwd(), folder) || '.'}   (delete the folder to start afresh)

Try it:

  curl -H 'Authorization: Bearer ${token}' ${apiUrl}/api/v2/users/me

Ctrl-C stops everything.
`;
}

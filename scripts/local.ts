import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { importBuilt } from './built.ts';
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

/** Notes how to stop what was just started; throws when the whole is to stop already. */
type Started = (stop: () => Promise<unknown>) => void;

/**
 * Local mode: an embedded MongoDB, the local Clerk and the API in this process, on data that outlives it. Prints how to
 * use it; stops on SIGINT, SIGTERM and SIGHUP with exit code 0. What can't work ends the process with one message and
 * exit code 1.
 */
export async function startLocally(): Promise<void> {
  const stops: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  try {
    const prepared = await prepare();
    const running = startAll(prepared, (stop) => {
      stops.push(stop);
      stopping.signal.throwIfAborted();
    });
    // Not earlier: until here there is nothing to stop, so the signals' own effect does. Nor later: what is half started
    // is let come up first. Only once: the second Ctrl-C is for who can't wait.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        stopping.abort();
        void Promise.allSettled([running])
          .then(() => stopAll(stops))
          .then(() => process.exit(0));
      });
    }
    await running;
  } catch (error) {
    if (stopping.signal.aborted) return;
    await stopAll(stops);
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

/** Stops what was started last first; what can't be stopped doesn't keep the rest from it. */
async function stopAll(stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
  }
}

/** Everything that can be found out and fetched without starting anything. */
async function prepare(): Promise<Places & { dbPath: string }> {
  const places = readPlaces();
  await nameVariable('PORT', assertPortFree(places.apiPort));
  await nameVariable('LOCAL_CLERK_PORT', assertPortFree(places.clerkPort));
  const { version } = await findMongod();
  return { ...places, dbPath: path.join(places.folder, `db-${Number.parseInt(version)}`) };
}

async function startAll(places: Places & { dbPath: string }, started: Started): Promise<void> {
  // Takes as long as the database does, so beside it; a failure shows where it is awaited.
  const building = build().then(loadBuild);
  building.catch(() => undefined);
  const replicaSet = await nameVariable(
    'LOCAL_MONGODB_PORT',
    startReplicaSet({ port: places.mongodbPort, dbPath: places.dbPath }),
  );
  started(() => replicaSet.stop());

  const apiUrl = `http://127.0.0.1:${places.apiPort}`;
  const clerk = await startClerkLocal({
    port: places.clerkPort,
    dataFile: path.join(places.folder, 'clerk.json'),
    seedUsers: demoUsers,
  });
  started(() => clerk.close());

  const demoUser = await findDemoUser(clerk);
  const app = await serveApi(await building, places, replicaSet.uri, clerk, demoUser.id);
  started(() => app.close());
  // From here on, so that what piled up before is delivered to somebody.
  clerk.setWebhookUrl(`${apiUrl}/api/v2/webhooks/clerk`);
  const seeded = path.join(places.dbPath, 'demo-data.made');
  if (!existsSync(seeded)) {
    await seedDemoData(apiUrl, clerk);
    await writeFile(seeded, 'The demo data was made. It is not made again.\n');
  }

  const token = await clerk.mintToken(demoUser.id, { expiresInSeconds: CURL_TOKEN_SECONDS });
  process.stdout.write(banner(apiUrl, clerk.url, places.folder, token));
}

async function serveApi(
  { parseConfig, serve }: Build,
  { apiPort }: Places,
  mongodbUri: string,
  clerk: ClerkLocal,
  demoUserId: string,
): Promise<{ close(): Promise<void> }> {
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
  return serve(config, { docsScript: docsScript(`${clerk.url}/_local/users/${demoUserId}/token`) });
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
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`The build failed:\n${stderr ?? message}`);
  });
}

type Build = typeof import('../src/config/config.js') & typeof import('../src/server.js');

async function loadBuild(): Promise<Build> {
  return {
    ...(await importBuilt<typeof import('../src/config/config.js')>('config/config.js')),
    ...(await importBuilt<typeof import('../src/server.js')>('server.js')),
  };
}

/** Adds the variable that chooses the port to the message that a port is taken. */
async function nameVariable<T>(variable: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const message = messageOf(error);
    if (!message.startsWith('Port ')) throw error;
    throw new Error(message.replace('another port', `another port (${variable})`), { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type ClerkLocal, describePerson, startClerkLocal } from 'clerk-local';
import { importBuilt } from './built.ts';
import { makeDemoData } from './demo.ts';
import { ensureDemoPeople, findDemoUser } from './demo-people.ts';
import { docsScript } from './docs-script.ts';
import { banner } from './local-banner.ts';
import { removeLocalData } from './local-data.ts';
import { findMongod, startReplicaSet } from './mongod.ts';
import { assertPortFree } from './port.ts';
import { readableDelivery, readableLog } from './readable-log.ts';

const root = path.resolve(import.meta.dirname, '..');
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;
const USAGE = `
Usage: npm start [-- --reset]

Runs the API, a MongoDB replica set and a local Clerk, all on 127.0.0.1. With any MONGODB_* or CLERK_* variable set, or with
NODE_ENV=production, it serves by its environment instead: docs/configuration.md.

  --reset     removes the data of local mode first: users, keys, everything
  -h, --help  shows this

Environment: PORT (3000), LOCAL_CLERK_PORT (4010), LOCAL_MONGODB_PORT (27117), LOCAL_DATA (.local), LOG_LEVEL (info).
`.trim();
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
  const options = readOptions();
  const stops: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  try {
    const prepared = await prepare();
    if (options.reset) await removeLocalData(prepared.folder);
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

/** Ends the process when there is nothing to start: help was asked for, or an option doesn't exist. */
function readOptions(): { reset: boolean } {
  try {
    const { values } = parseArgs({
      options: { reset: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help !== true) return values;
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
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
  // Whatever ends this start: a build that is left in the middle leaves an empty `dist/` behind.
  started(() => building.catch(() => undefined));
  const replicaSet = await nameVariable(
    'LOCAL_MONGODB_PORT',
    startReplicaSet({ port: places.mongodbPort, dbPath: places.dbPath }),
  );
  started(() => replicaSet.stop());

  const apiUrl = `http://127.0.0.1:${places.apiPort}`;
  let isReady = false;
  const clerk = await startClerkLocal({
    port: places.clerkPort,
    dataFile: path.join(places.folder, 'clerk.json'),
    onDelivery: ({ type, attempts, tries }) => {
      if (isReady)
        readableDelivery(process.stdout, { type, status: attempts.at(-1)?.status ?? null, attempt: tries });
    },
  });
  started(() => clerk.close());

  const living = await ensureDemoPeople(clerk);
  const demoUser = await findDemoUser(clerk, living);
  const built = await building;
  const config = configOf(built, places, replicaSet.uri, clerk);
  // What the demo data causes is of no interest; what goes wrong is.
  const logger = built.createLogger(
    config.logLevel === 'info' ? 'warn' : config.logLevel,
    readableLog(process.stdout),
  );
  const people = clerk.users().map(describePerson);
  const first = people.filter(({ id }) => id === demoUser.id);
  const others = people.filter(({ id }) => id !== demoUser.id);
  const app = await built.serve(config, { logger, docsScript: docsScript(clerk.url, [...first, ...others]) });
  started(() => app.close());
  // From here on, so that what piled up before is delivered to somebody.
  clerk.setWebhookUrl(`${apiUrl}/api/v2/webhooks/clerk`);
  await makeDemoData(apiUrl, clerk, living, path.join(places.dbPath, 'demo.json'));
  await clerk.idle();

  const token = await clerk.mintToken(demoUser.id, { expiresInSeconds: CURL_TOKEN_SECONDS });
  const { mongodbUri } = config;
  process.stdout.write(banner({ apiUrl, mongodbUri, clerk, living, folder: places.folder, token }));
  logger.level = config.logLevel;
  isReady = true;
}

function configOf(
  { parseConfig }: Build,
  { apiPort }: Places,
  mongodbUri: string,
  clerk: ClerkLocal,
): ReturnType<Build['parseConfig']> {
  return parseConfig({
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
  });
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

/**
 * Builds `dist/`. It begins by emptying it, so it is let come to its end: in a process group of its own, which Ctrl-C doesn't reach.
 */
async function build(): Promise<void> {
  await runNode(['node_modules/@nestjs/cli/bin/nest.js', 'build']);
  await runNode(['scripts/build-info.ts']);
}

async function runNode(args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`The build failed:\n${printed.join('')}`);
}

type Build = typeof import('../src/config/config.js') &
  typeof import('../src/server.js') &
  typeof import('../src/common/observability/logger.js');

async function loadBuild(): Promise<Build> {
  return {
    ...(await importBuilt<typeof import('../src/config/config.js')>('config/config.js')),
    ...(await importBuilt<typeof import('../src/server.js')>('server.js')),
    ...(await importBuilt<typeof import('../src/common/observability/logger.js')>(
      'common/observability/logger.js',
    )),
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

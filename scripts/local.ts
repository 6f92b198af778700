import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type ClerkLocal, describePerson, startClerkLocal } from 'clerk-local';
import { makeDemoData } from './demo.ts';
import { ensureDemoPeople, findDemoUser } from './demo-people.ts';
import { docsScript } from './docs-script.ts';
import { serveApi } from './local-api.ts';
import { banner } from './local-banner.ts';
import { build, loadBuild } from './local-build.ts';
import { removeLocalData } from './local-data.ts';
import { watchApi } from './local-watch.ts';
import { findMongod, startReplicaSet } from './mongod.ts';
import { assertPortFree } from './port.ts';
import { readableDelivery } from './readable-log.ts';

const root = path.resolve(import.meta.dirname, '..');
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;
const USAGE = `
Usage: npm start [-- --reset]
       npm run dev [-- --reset]
       npm run dev:debug [-- --reset]

Runs the API, a MongoDB replica set and a local Clerk, all on 127.0.0.1. With any MONGODB_* or CLERK_* variable set, or with
NODE_ENV=production, it serves by its environment instead: docs/configuration.md.

  --reset     removes the data of local mode first: users, keys, everything
  --watch     restarts the API after a change in src/ (npm run dev)
  --inspect   opens Node's inspector at 127.0.0.1:9229, with --watch (npm run dev:debug)
  -h, --help  shows this text

Environment: PORT (3000), LOCAL_CLERK_PORT (4010), LOCAL_MONGODB_PORT (27117), LOCAL_DATA (.local), LOG_LEVEL (info).
`.trim();
const CURL_TOKEN_SECONDS = 12 * 60 * 60;

/** The ports of local mode on 127.0.0.1, and the folder of its data. */
interface Places {
  apiPort: number;
  clerkPort: number;
  mongodbPort: number;
  folder: string;
}

interface Options {
  reset: boolean;
  watch: boolean;
  inspect: boolean;
}

/** Registers how to stop what was just started; throws when local mode is stopping already. */
type Started = (stop: () => Promise<unknown>) => void;

/**
 * Local mode: an embedded MongoDB, the local Clerk and the API in this process, on data that outlives it.
 * Prints how to use it; stops on SIGINT, SIGTERM and SIGHUP with exit code 0. A start that fails prints one
 * message and exits with 1.
 */
export async function startLocally(): Promise<void> {
  const options = readOptions();
  const stops: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  try {
    const prepared = await prepare();
    if (options.reset) await removeLocalData(prepared.folder);
    const running = startAll(prepared, options, (stop) => {
      stops.push(stop);
      stopping.signal.throwIfAborted();
    });
    // Until here there is nothing to stop, so a signal may end the process. From here on a stop lets the
    // step under way finish first. `once`: a second Ctrl-C ends the process immediately.
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

/** Exits after `--help` and after an unknown option. */
function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        reset: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        inspect: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help !== true) return values;
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

/** Stops in reverse order of the start; an error does not prevent the rest. */
async function stopAll(stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
  }
}

/** Checks and downloads what can be checked and downloaded before anything is started. */
async function prepare(): Promise<Places & { dbPath: string }> {
  const places = readPlaces();
  await nameVariable('PORT', assertPortFree(places.apiPort));
  await nameVariable('LOCAL_CLERK_PORT', assertPortFree(places.clerkPort));
  const { version } = await findMongod();
  return { ...places, dbPath: path.join(places.folder, `db-${Number.parseInt(version)}`) };
}

async function startAll(
  places: Places & { dbPath: string },
  { watch, inspect }: Options,
  started: Started,
): Promise<void> {
  // The build takes as long as the start of the database, so both run at once. A failure is thrown where it
  // is awaited.
  const building: Promise<unknown> = watch ? build() : build().then(loadBuild);
  // A build that is interrupted leaves an empty `dist/`.
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
  await building;
  const people = clerk.users().map(describePerson);
  const first = people.filter(({ id }) => id === demoUser.id);
  const others = people.filter(({ id }) => id !== demoUser.id);
  const mongodbUri = withDatabase(replicaSet.uri, 'roavelo');
  const settings = {
    variables: variablesOf(places, mongodbUri, clerk),
    docsScript: docsScript(clerk.url, [...first, ...others]),
  };
  const api = await (watch ? watchApi(settings, inspect) : serveApi(settings));
  started(() => api.close());
  // Only now: deliveries that were waiting reach an API that serves.
  clerk.setWebhookUrl(`${apiUrl}/api/v2/webhooks/clerk`);
  await makeDemoData(apiUrl, clerk, living, path.join(places.dbPath, 'demo.json'));
  await clerk.idle();

  const token = await clerk.mintToken(demoUser.id, { expiresInSeconds: CURL_TOKEN_SECONDS });
  process.stdout.write(banner({ apiUrl, mongodbUri, clerk, living, folder: places.folder, token }));
  api.showRequests();
  isReady = true;
}

function variablesOf({ apiPort }: Places, mongodbUri: string, clerk: ClerkLocal): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(apiPort),
    MONGODB_URI: mongodbUri,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
    // Any page that is being developed may call the API.
    CORS_ORIGINS: process.env['CORS_ORIGINS'] ?? '*',
  };
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

/** Adds the name of the variable to the message that a port is taken. */
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

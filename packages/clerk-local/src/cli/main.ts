import process from 'node:process';
import { type ClerkLocal, SeedError, startClerkLocal } from '../clerk-local.ts';
import { type Console, jsonConsole, readableConsole } from './console.ts';
import { type CliOptions, USAGE, readOptions } from './options.ts';
import { SeedFileError, readSeedFile } from './seed-file.ts';

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;
/** EX_CONFIG: the seed file is wrong. */
const EXIT_CONFIG = 78;

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function options(): CliOptions {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    fail(`${(error as Error).message}\n\n${USAGE}`, EXIT_USAGE);
  }
}

async function start(options: CliOptions, printed: Console): Promise<ClerkLocal> {
  const { port, listenOn, names, seed, state, webhookEndpoints } = options;
  const { secretKey, webhookSecret, webhookUrl } = options;
  return startClerkLocal({
    port,
    listenOn,
    names,
    webhookEndpoints,
    onMail: (mail) => {
      printed.mail(mail);
    },
    onDelivery: (delivery) => {
      printed.delivery(delivery);
    },
    ...(seed !== undefined && { seed: await readSeedFile(seed) }),
    ...(state !== undefined && { dataFile: state }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(webhookSecret !== undefined && { webhookSecret }),
    ...(secretKey !== undefined && { secretKey }),
  });
}

function messageOf(error: unknown): string {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${String(port)} is in use; choose another one with --port`;
  return error instanceof Error ? error.message : String(error);
}

function exitCodeOf(error: unknown): number {
  return error instanceof SeedError || error instanceof SeedFileError ? EXIT_CONFIG : 1;
}

const given = options();
if (given.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const printed = given.json ? jsonConsole(process.stdout) : readableConsole(process.stdout);
// The first line is the address and the keys, also when stored or seeded events are sent earlier.
const started = Promise.withResolvers<undefined>();
const clerk = await start(given, {
  mail: (mail) => {
    void started.promise.then(() => {
      printed.mail(mail);
    });
  },
  delivery: (delivery) => {
    void started.promise.then(() => {
      printed.delivery(delivery);
    });
  },
}).catch((error: unknown) => fail(messageOf(error), exitCodeOf(error)));
const { url, proxyUrl, publishableKey, secretKey, jwtKey, webhookSecret } = clerk;
process.stdout.write(
  given.json
    ? `${JSON.stringify({ url, proxyUrl, publishableKey, secretKey, jwtKey, webhookSecret })}\n`
    : `The local Clerk is at ${url}; its publishable key is ${publishableKey}\n`,
);
started.resolve(undefined);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void clerk.close().then(() => process.exit(0)));
}

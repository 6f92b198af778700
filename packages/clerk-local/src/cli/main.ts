import process from 'node:process';
import { type ClerkLocal, startClerkLocal } from '../clerk-local.ts';
import { type CliOptions, USAGE, readOptions } from './options.ts';
import { readSeedFile } from './seed-file.ts';

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

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

async function start({ port, listenOn, names, seed, state, ...keys }: CliOptions): Promise<ClerkLocal> {
  const { secretKey, webhookSecret, webhookUrl } = keys;
  return startClerkLocal({
    port,
    listenOn,
    names,
    ...(seed !== undefined && { seedUsers: (await readSeedFile(seed)).users }),
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

const given = options();
if (given.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const clerk = await start(given).catch((error: unknown) => fail(messageOf(error), 1));
const { url, proxyUrl, publishableKey, secretKey, jwtKey, webhookSecret } = clerk;
process.stdout.write(
  given.json
    ? `${JSON.stringify({ url, proxyUrl, publishableKey, secretKey, jwtKey, webhookSecret })}\n`
    : `The local Clerk is at ${url}; its publishable key is ${publishableKey}\n`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void clerk.close().then(() => process.exit(0)));
}

import { randomUUID } from 'node:crypto';
import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from './common/logger.js';
import { parseConfig } from './config/config.js';
import { explain } from './start.js';

/** EX_USAGE of sysexits.h. */
export const EXIT_USAGE = 64;

/** Ends the process with what the command returns. What stops it is told as at a start of the service. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (error instanceof Error && typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT_USAGE;
      return;
    }
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}

/**
 * The service without its port and without anything that runs behind requests, on the database of the environment, for as long as the
 * work takes. Its log goes to standard error. For a dry run nothing at all is written, no index and no secret either.
 */
export async function withService(
  isDry: boolean,
  work: (app: NestFastifyApplication) => Promise<number>,
): Promise<number> {
  // Not every command needs it, and loading it takes a second.
  const [{ createApp }, { prepareDatabase }] = await Promise.all([
    import('./app.js'),
    import('./database.js'),
  ]);
  const config = { ...parseConfig(), background: false };
  // Nobody gets a cursor from here.
  const prepared = isDry
    ? { ...config, appSecret: config.appSecret ?? randomUUID() }
    : await prepareDatabase(config);
  const app = await createApp(prepared, { logger: createLogger('warn', process.stderr) });
  try {
    await app.init();
    return await work(app);
  } finally {
    await app.close();
  }
}

/** Counts with their labels, one below the other. */
export function table(lines: readonly (readonly [label: string, count: number])[]): string {
  return lines.map(([label, count]) => `${String(count).padStart(9)}  ${label}\n`).join('');
}

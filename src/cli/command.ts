import { randomUUID } from 'node:crypto';
import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '../common/observability/logger.js';
import { type OnProgress, startProgress } from '../common/progress.js';
import { parseConfig } from '../config/config.js';
import { explain } from './explain.js';

/** For the end of each command's help. */
export const EXIT_CODES = `Exit codes: 0 done, 1 stopped or not in agreement (it says why), 64 wrong usage, 65 unusable input,
69 MongoDB or Clerk does not answer, 75 it runs already elsewhere, 78 the configuration cannot work.`;

/**
 * Ends the process with what the command returns. What stops it is told as at a start of the service.
 * @param variable the one that an error of MongoDB's is about
 */
export async function runCommand(main: () => Promise<number>, variable?: string): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const { message, exitCode } = explain(error, variable);
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}

/** Does work that tells on standard error how far it is. */
export async function withProgress<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const { onProgress, stop } = startProgress();
  try {
    return await work(onProgress);
  } finally {
    stop();
  }
}

/**
 * The service without its port and without anything that runs in the background, on the database of the environment, for as long as the
 * work takes. Its log goes to standard error. For a dry run nothing at all is written, no index and no secret either.
 */
export async function withApp(
  dryRun: boolean,
  work: (app: NestFastifyApplication) => Promise<number>,
): Promise<number> {
  const config = { ...parseConfig(), background: false };
  // Not every command needs it, and loading it takes a second.
  const [{ createApp }, { prepareDatabase }] = await Promise.all([
    import('../app.js'),
    import('../database/database.js'),
  ]);
  // Nobody gets a cursor from here.
  const prepared = dryRun
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

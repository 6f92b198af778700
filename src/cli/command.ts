import { randomUUID } from 'node:crypto';
import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '../common/observability/logger.js';
import { type OnProgress, startProgress } from '../common/progress.js';
import { parseConfig } from '../config/config.js';
import { explain } from './explain.js';

export const EXIT_CODES = `Exit codes: 0 done, 1 stopped or inconsistent (with the reason), 64 wrong usage, 65 invalid input,
69 MongoDB or Clerk does not answer, 75 already running elsewhere, 78 invalid configuration.`;

/**
 * Runs a command and sets the exit code. Errors are explained as at a start of the service.
 * @param variable the environment variable that explanations of MongoDB's errors name
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

/** Runs work that shows its progress on standard error. */
export async function withProgress<T>(work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const { onProgress, stop } = startProgress();
  try {
    return await work(onProgress);
  } finally {
    stop();
  }
}

/**
 * Runs work with the service's app: without its port and background tasks, with logs on standard error.
 * A dry run writes nothing, not even indexes or secrets.
 */
export async function withApp(
  dryRun: boolean,
  work: (app: NestFastifyApplication) => Promise<number>,
): Promise<number> {
  const config = { ...parseConfig(), background: false };
  // Loaded here, because that takes a second and not every command needs it.
  const [{ createApp }, { prepareDatabase }] = await Promise.all([
    import('../app.js'),
    import('../database/database.js'),
  ]);
  // A random `appSecret` is enough: commands return no cursors.
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

export function table(lines: readonly (readonly [label: string, count: number])[]): string {
  return lines.map(([label, count]) => `${String(count).padStart(9)}  ${label}\n`).join('');
}

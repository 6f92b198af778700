import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isUnavailable } from './common/mongo-errors.js';
import { ConfigError, EXIT_CONFIG, parseConfig } from './config/config.js';
import { serve } from './server.js';

/** EX_UNAVAILABLE of sysexits.h. */
const EXIT_UNAVAILABLE = 69;

/** The process: serves by its environment until a signal. A start that can't work says why, once, and exits. */
export async function start(): Promise<void> {
  try {
    const config = parseConfig();
    const app = await serve(config);
    stopOnSignal(app, config.shutdownGraceMs);
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    process.exit(exitCode);
  }
}

/** What the operator reads. Never the connection string: it may hold a password. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof ConfigError) return { message: error.message, exitCode: EXIT_CONFIG };
  if (isUnavailable(error) || (error instanceof Error && error.name === 'MongooseServerSelectionError')) {
    return {
      message: 'MongoDB does not answer at MONGODB_URI. Is it running, and may this machine reach it?',
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  if (error instanceof Error && (error as { code?: unknown }).code === 'EADDRINUSE') {
    return {
      message: `The port is taken: ${error.message}. Set PORT to a free one.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Roavelo API could not start: ${reason}`, exitCode: 1 };
}

function stopOnSignal(app: NestFastifyApplication, graceMs: number): void {
  const stop = () => {
    setTimeout(() => process.exit(1), graceMs).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

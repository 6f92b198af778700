import process from 'node:process';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';

/**
 * What nothing else has caught, for as long as the process serves. A promise that fails without anything
 * that waits for it, one that a library lets float say, is a defect that costs its own work only: it is
 * logged and counted, an alert fires, and the process goes on. An exception may have left anything
 * half-done: it is logged and ends the process with code 1.
 */
export function holdLastNet(logger: Logger, metrics: Pick<Metrics, 'unhandledRejections'>): void {
  process.on('unhandledRejection', (reason) => {
    metrics.unhandledRejections.inc();
    logger.error({ msg: 'ALERT: a promise failed and nothing waits for it', err: reason });
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ msg: 'ALERT: an exception that nothing caught, the process ends', err: error });
    process.exit(1);
  });
}

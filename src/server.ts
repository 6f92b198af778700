import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from './app.js';
import { BUILD_INFO } from './build-info.js';
import { Background } from './common/background.js';
import { ShutdownState } from './common/shutdown-state.js';
import { holdLastNet } from './common/observability/last-net.js';
import { createLogger } from './common/observability/logger.js';
import { Metrics } from './common/observability/metrics.js';
import type { Config } from './config/config.js';
import { prepareDatabase } from './database/database.js';

/**
 * Prepares the database, makes the application and only then opens the port. Logs one line with
 * `"msg":"listening"`, the address and the release.
 * @throws the error that stopped the start; nothing is left running
 */
export async function serve(config: Config, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(config.logLevel);
  if (config.environment === 'production' && config.trustProxy === true) {
    logger.warn({
      msg: 'TRUST_PROXY=true: callers choose the address that they are limited by. Name the proxies, or the number of hops',
    });
  }
  const prepared = await prepareDatabase(config, (fields) => {
    logger.info(fields);
  });
  const app = await createApp(prepared, { ...options, logger });
  holdLastNet(logger, app.get(Metrics));
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  logger.info({ msg: 'listening', address: await app.getUrl(), ...BUILD_INFO });
  return app;
}

/**
 * Stops without losing a request. For `drainMs` requests are still accepted, while `/health/ready` is 503,
 * so that load balancers notice, and each answer ends its connection. Then requests under way are answered,
 * jobs handed back and the pool closed.
 */
export async function stop(app: NestFastifyApplication, drainMs: number): Promise<void> {
  app.get(ShutdownState).begin();
  // Background work can stop at once; the rest of the grace period belongs to requests.
  void app.get(Background).stop();
  await sleep(drainMs);
  await app.close();
}

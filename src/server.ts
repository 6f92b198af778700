import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from './app.js';
import { createLogger } from './common/logger.js';
import type { Config } from './config/config.js';
import { prepareDatabase } from './database.js';

/**
 * Serves: database, application, then the port, so that nothing listens half-started. Logs one line with
 * `"msg":"listening"` and the address.
 * @throws whatever stopped the start; nothing is left running then
 */
export async function serve(config: Config, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(config.logLevel);
  const app = await createApp(await prepareDatabase(config), { ...options, logger });
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  logger.info({ msg: 'listening', address: await app.getUrl() });
  return app;
}

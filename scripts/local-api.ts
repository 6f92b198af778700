import process from 'node:process';
import { loadBuild } from './local-build.ts';
import { readableLog } from './readable-log.ts';

/** What the API of local mode needs beside the environment. */
export interface ApiSettings {
  /** Variables on top of the environment. */
  variables: Record<string, string>;
  docsScript: string;
}

/** The API of local mode while it serves. */
export interface LocalApi {
  /** Before this call only warnings and errors are logged. */
  showRequests(): void;
  close(): Promise<unknown>;
}

/** Serves the API from `dist/` in this process. */
export async function serveApi({ variables, docsScript }: ApiSettings): Promise<LocalApi> {
  const { createLogger, parseConfig, serve } = await loadBuild();
  const config = parseConfig({ ...process.env, ...variables });
  const logger = createLogger(
    config.logLevel === 'info' ? 'warn' : config.logLevel,
    readableLog(process.stdout),
  );
  const app = await serve(config, { logger, docsScript });
  return {
    showRequests: () => {
      logger.level = config.logLevel;
    },
    close: () => app.close(),
  };
}

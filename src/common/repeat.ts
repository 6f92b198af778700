import type { Logger } from '@nestjs/common';

/**
 * Runs a task now and every `everyMs` after the end of the run before; a failed run is logged, the next one comes all the
 * same.
 * @returns a function that ends it, and waits for the run under way
 */
export function repeat(everyMs: number, logger: Logger, task: () => Promise<void>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const run = () => {
    running = task()
      .catch((error: unknown) => {
        logger.error({ msg: 'background task failed, will be repeated', err: error });
      })
      .then(() => {
        if (!stopped) timer = setTimeout(run, everyMs).unref();
      });
  };
  run();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}

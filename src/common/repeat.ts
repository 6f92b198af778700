import type { Logger } from '@nestjs/common';

/**
 * Runs a task now and every `everyMs` after the end of the run before; a failed run is logged, the next one comes all the
 * same. The task looks at its signal between steps, and leaves when it is aborted.
 * @returns a function that ends it, and waits for the run under way
 */
export function repeat(
  everyMs: number,
  logger: Logger,
  task: (signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = () => {
    running = task(stopped.signal)
      .catch((error: unknown) => {
        logger.error({ msg: 'background task failed, will be repeated', err: error });
      })
      .then(() => {
        if (!stopped.signal.aborted) timer = setTimeout(run, everyMs).unref();
      });
  };
  run();
  return async () => {
    stopped.abort();
    clearTimeout(timer);
    await running;
  };
}

import process from 'node:process';
import { parseCommandLine } from './cli/command-line.js';
import { parseConfig } from './config/config.js';
import { explain } from './cli/explain.js';

const USAGE = `
Usage: node dist/main.js

Serves the API until SIGTERM. All settings are environment variables: docs/configuration.md lists them.

  -h, --help  shows this

Exit codes: 0 stopped by a signal, 64 wrong usage, 69 MongoDB does not answer or the port is taken, 78 the configuration cannot work.
`;

/**
 * Serves the API, configured by the environment, until a signal. A failed start prints its reason once and
 * exits.
 * @param takeOver called once signals are handled here
 */
export async function start(takeOver: () => void): Promise<void> {
  try {
    if (parseCommandLine({ usage: USAGE, options: {} }) === undefined) process.exit(0);
    const config = parseConfig();
    const serving: Serving = {};
    stopOnSignal(serving, config.shutdownGraceMs);
    takeOver();
    // Loading the rest takes seconds: a wrong configuration is reported before.
    const { serve, stop } = await import('./server.js');
    const app = await serve(config);
    serving.stop = () => stop(app, config.shutdownDrainMs);
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    process.exit(exitCode);
  }
}

/** `stop` is missing while the app is starting. */
interface Serving {
  stop?: () => Promise<void>;
}

/** Also before there is an app: in a container the first process ignores signals that it doesn't handle. */
function stopOnSignal(serving: Serving, graceMs: number): void {
  let isStopping = false;
  const onSignal = () => {
    // A second signal ends the process at once.
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), graceMs).unref();
    Promise.resolve(serving.stop?.()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

import { readFile } from 'node:fs/promises';
import inspector from 'node:inspector';
import process from 'node:process';
import { type ApiSettings, type LocalApi, serveApi } from './local-api.ts';
import { loadBuild } from './local-build.ts';

/*
 * The process of the API under `npm run dev`, started by `local-watch.ts`, which sends it messages. It
 * loads the packages at once, so that only the build is left to load after a change. It listens when it
 * receives `serve`.
 */

export type ToWatchedApi =
  | { type: 'load' }
  | { type: 'serve'; settings: ApiSettings; inspect: boolean; showRequests: boolean }
  | { type: 'showRequests' }
  | { type: 'close' };
export type FromWatchedApi = 'loaded' | 'serving';

const INSPECTOR = { port: 9229, host: '127.0.0.1' };

let api: LocalApi | undefined;
const packages = loadPackages();

async function loadPackages(): Promise<void> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  // Some have no main module. A package that cannot be loaded fails again in the build, with its reason.
  await Promise.allSettled(Object.keys(dependencies).map((name) => import(name)));
}

async function onMessage(message: ToWatchedApi): Promise<void> {
  if (message.type === 'close') {
    await api?.close();
    process.exit(0);
  }
  if (message.type === 'load') {
    await packages;
    await loadBuild();
    send('loaded');
  }
  if (message.type === 'serve') {
    // The previous process held this port until now.
    if (message.inspect) inspector.open(INSPECTOR.port, INSPECTOR.host);
    api = await serveApi(message.settings);
  }
  if (message.type === 'showRequests' || (message.type === 'serve' && message.showRequests))
    api?.showRequests();
  if (message.type === 'serve') send('serving');
}

function send(message: FromWatchedApi): void {
  process.send?.(message);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

// A Ctrl-C in the terminal reaches this process too, but the parent decides when it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWatchedApi) => {
  onMessage(message).catch(fail);
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ApiSettings, LocalApi } from './local-api.ts';
import { compileSource } from './local-build.ts';
import type { FromWatchedApi, ToWatchedApi } from './watched-api.ts';

const SOURCES = path.resolve(import.meta.dirname, '../src');
/** An editor that saves all files, or a checkout, causes one restart. */
const SETTLE_MS = 50;
/** Requests that take longer than this are aborted by a restart. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Serves the API from `dist/` in a process of its own. A change in `src/` compiles the changed files and
 * replaces the process; while the sources cannot be compiled or loaded, the previous one keeps serving.
 * @param inspect opens Node's inspector at 127.0.0.1:9229 in each of these processes
 */
export async function watchApi(settings: ApiSettings, inspect: boolean): Promise<LocalApi> {
  let showsRequests = false;
  let isClosing = false;
  let current = new ApiProcess();
  let next = current;
  const replace = async () => {
    try {
      await next.load();
      if (current !== next) await current.close();
      current = next;
      await current.serve({ settings, inspect, showRequests: showsRequests });
    } finally {
      next = new ApiProcess();
    }
  };
  await replace();

  const changed = new Set<string>();
  let restarting: Promise<void> = Promise.resolve();
  const restart = async () => {
    const sources = [...changed];
    changed.clear();
    if (isClosing || sources.length === 0) return;
    const begun = performance.now();
    try {
      await Promise.all(sources.map(compileSource));
      await replace();
      print(`${sources.join(', ')}: the API restarted in ${Math.round(performance.now() - begun)} ms.`);
    } catch (error) {
      print(`${error instanceof Error ? error.message : String(error)}\nThe next change tries again.`);
      // What could not be compiled is compiled again with the next change.
      for (const source of sources) changed.add(source);
    }
  };
  let settled: NodeJS.Timeout | undefined;
  const watcher = watch(SOURCES, { recursive: true }, (_event, file) => {
    if (file?.endsWith('.ts') !== true) return;
    changed.add(file);
    clearTimeout(settled);
    settled = setTimeout(() => {
      restarting = restarting.then(restart);
    }, SETTLE_MS);
  });

  return {
    showRequests: () => {
      showsRequests = true;
      current.send({ type: 'showRequests' });
    },
    close: async () => {
      isClosing = true;
      watcher.close();
      clearTimeout(settled);
      await restarting;
      await Promise.all([current.close(), next.close()]);
    },
  };
}

/** One process of `watched-api.ts`, which loads the packages at once and waits. */
class ApiProcess {
  private isClosing = false;
  private readonly child: ChildProcess = fork(path.join(import.meta.dirname, 'watched-api.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  private readonly exit = once(this.child, 'exit');

  /** Loads the build. @throws when it cannot be loaded; the process printed the reason and ended */
  async load(): Promise<void> {
    this.send({ type: 'load' });
    await this.until('loaded');
  }

  async serve(options: Omit<Extract<ToWatchedApi, { type: 'serve' }>, 'type'>): Promise<void> {
    this.send({ type: 'serve', ...options });
    await this.until('serving');
    void this.exit.then(() => {
      if (!this.isClosing) print('The API ended. The next change starts it again.');
    });
  }

  send(message: ToWatchedApi): void {
    if (this.child.connected) this.child.send(message);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.send({ type: 'close' });
    const timeout = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    await this.exit;
    clearTimeout(timeout);
  }

  private async until(wanted: FromWatchedApi): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.child.on('message', (message: FromWatchedApi) => {
        if (message === wanted) resolve();
      });
    });
    const ended = this.exit.then(() => {
      throw new Error('The API could not be started.');
    });
    await Promise.race([arrived, ended]);
  }
}

function print(message: string): void {
  process.stdout.write(`${message}\n`);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningClerkLocal {
  url: string;
  /** Answers the requests that clerk-local answered, as `AnsweredRequest[]`. */
  logUrl: string;
  stop: () => void;
}

/** Starts clerk-local in a process of its own, for the tests of one run. */
export async function startClerkLocal(): Promise<RunningClerkLocal> {
  const program = fileURLToPath(new URL('clerk-local-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test' },
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error('clerk-local did not start');
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string];
  failed.catch(() => undefined);
  return {
    ...(JSON.parse(line) as Pick<RunningClerkLocal, 'url' | 'logUrl'>),
    stop: () => {
      child.stdin.end();
    },
  };
}

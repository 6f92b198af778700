import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts clerk-local in a process of its own, for the tests of one run.
 * @returns {Promise<{ url: string, logUrl: string, stop: () => void }>}
 */
export async function startClerkLocal() {
  const program = fileURLToPath(new URL('clerk-local-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test' },
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error('clerk-local did not start');
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed]);
  failed.catch(() => undefined);
  return {
    ...JSON.parse(line),
    stop: () => {
      child.stdin.end();
    },
  };
}

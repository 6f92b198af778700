import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

/**
 * Sends this process a SIGTERM when npm's shell ends: npm sends its own to the shell only, which may end
 * without passing it on (dash does).
 * @param scripts the scripts of package.json that start this process
 */
export function endWithNpm(scripts: RegExp): void {
  if (!scripts.test(process.env['npm_lifecycle_event'] ?? '')) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

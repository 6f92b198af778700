import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, startChild } from './child.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The variables with the ports of the run's demo; the tests read them, too. */
export const DEMO_PORTS = ['DEMO_PORT', 'PORT', 'LOCAL_CLERK_PORT', 'LOCAL_MONGODB_PORT'];

declare global {
  var runningDemo: { child: Child; data: string } | undefined;
}

/** One `npm run demo` for the run, with ports and data of its own. */
export default async function setUp(): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'roavelo-demo-'));
  for (const name of DEMO_PORTS) process.env[name] = String(await freePort());
  const ports = Object.fromEntries(DEMO_PORTS.map((name) => [name, process.env[name] ?? '']));
  const child = startChild('npm', ['run', 'demo', '--', '--no-open'], {
    cwd: root,
    // A deletion is verified, and so completed, half a minute later by default.
    env: freshEnvironment({ ...ports, LOCAL_DATA: data, DELETION_VERIFY_AFTER_MS: '1000' }),
  });
  globalThis.runningDemo = { child, data };
  await child.until(/^Ctrl-C stops everything/m);
}

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, startChild } from './child.ts';

const root = path.resolve(import.meta.dirname, '../..');

declare global {
  var runningDemo: { child: Child; data: string } | undefined;
}

/** One `npm run demo` for the run, with ports and data of its own. */
export default async function setUp(): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), 'roavelo-demo-'));
  const ports = {
    DEMO_PORT: String(await freePort()),
    PORT: String(await freePort()),
    LOCAL_CLERK_PORT: String(await freePort()),
    LOCAL_MONGODB_PORT: String(await freePort()),
  };
  Object.assign(process.env, ports);
  const child = startChild('npm', ['run', 'demo', '--', '--no-open'], {
    cwd: root,
    env: freshEnvironment({ ...ports, LOCAL_DATA: data }),
  });
  globalThis.runningDemo = { child, data };
  await child.until(/^Ctrl-C stops everything/m);
}

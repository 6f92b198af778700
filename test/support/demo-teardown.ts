import { rm } from 'node:fs/promises';
import { assertPortFree } from '../../scripts/port.ts';
import { DEMO_PORTS } from './demo-setup.ts';

/** Ends the run's demo as a terminal does. @throws when it prints an error, or leaves a port taken */
export default async function tearDown(): Promise<void> {
  if (!globalThis.runningDemo) return;
  const { child, data } = globalThis.runningDemo;
  child.signalGroup('SIGINT');
  const { stderr } = await child.exit;
  await rm(data, { recursive: true, force: true });
  for (const name of DEMO_PORTS) await assertPortFree(Number(process.env[name]));
  if (stderr !== '') throw new Error(`npm run demo printed errors:\n${stderr}`);
}

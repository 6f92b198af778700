import { rm } from 'node:fs/promises';
import './demo-setup.ts';

/** Ends the run's demo as a terminal does. @throws when it does not end by itself with exit code 0 */
export default async function tearDown(): Promise<void> {
  if (!globalThis.runningDemo) return;
  const { child, data } = globalThis.runningDemo;
  child.signalGroup('SIGINT');
  const { code, stderr } = await child.exit;
  await rm(data, { recursive: true, force: true });
  if (code !== 0) throw new Error(`npm run demo ended with ${String(code)}:\n${stderr}`);
}

import { findProgram } from '../../scripts/apt.ts';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, startChild } from './child.js';

export interface RedisServer {
  url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
}

/** A real Redis on a free port, without persistence. */
export async function startRedis(): Promise<RedisServer> {
  const program = await findProgram('redis-server');
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  let child: Child;
  const start = async () => {
    child = startChild(program, args, { cwd: '/tmp', env: freshEnvironment() });
    await child.until(/Ready to accept connections/);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: async () => {
      child.signalGroup('SIGKILL');
      await child.exit;
    },
    restart: start,
  };
}

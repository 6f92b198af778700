import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../../../..');

/** The service in local mode, as `npm start` at the root of the repository runs it. */
export interface LocalService {
  url: string;
  /** Its local Clerk. */
  clerkUrl: string;
  stop: () => Promise<void>;
}

/** Starts the service on free ports, with data of its own. It takes half a minute: it is built first. */
export async function startLocalService(): Promise<LocalService> {
  const [port = 0, clerkPort = 0, mongodbPort = 0] = await freePorts(3);
  const data = await mkdtemp(path.join(tmpdir(), 'roavelo-client-'));
  const own = Object.entries(process.env).filter(([name]) => !/^(MONGODB|CLERK|NODE|VITEST|npm)_/.test(name));
  const program = ['--conditions=development', 'scripts/start.mjs'];
  const child = spawn(path.join(ROOT, 'node_modules/.bin/node'), program, {
    cwd: ROOT,
    env: {
      ...Object.fromEntries(own),
      PORT: String(port),
      LOCAL_CLERK_PORT: String(clerkPort),
      LOCAL_MONGODB_PORT: String(mongodbPort),
      LOCAL_DATA: data,
      // It stops when its parent is gone, however that ended.
      npm_lifecycle_event: 'start',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let printed = '';
  const running = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Roavelo API is running')) resolve();
    });
  });
  const failed = exited.then(() => {
    throw new Error(`The service did not start:\n${printed}`);
  });
  await Promise.race([running, failed]);
  failed.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    clerkUrl: `http://127.0.0.1:${clerkPort}`,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Ports that are free now. Bound together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

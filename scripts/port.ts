import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below Linux's ports of outgoing connections: one of those could take a port before it is used. */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    const isFree = await assertPortFree(port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new Error(`No port between ${LOWEST} and ${HIGHEST} on 127.0.0.1 is free.`);
}

/** Throws an error that names the port when something listens on it at 127.0.0.1. */
export async function assertPortFree(port: number): Promise<void> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} on 127.0.0.1 is taken by another program: stop that one, or choose another port.`,
      { cause: error },
    );
  }
  server.close();
  await once(server, 'close');
}

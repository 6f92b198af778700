import { hash } from 'node:crypto';
import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The shortest limit of the systems for the path of a socket. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Locks a file for this process, by a socket that listens beside it: the system closes it with the process,
 * also after a kill -9, and a process id in a file would be taken again in a container.
 * @returns unlocks it. @throws when another instance uses the file
 */
export async function lockFile(file: string): Promise<() => Promise<void>> {
  const address = socketOf(resolve(file));
  const server = createServer((socket) => socket.destroy());
  if (!(await listens(server, address))) {
    if (await answers(address)) {
      throw new Error(`${file} is in use by another local Clerk; stop it, or choose another file`);
    }
    await unlink(address);
    if (!(await listens(server, address))) throw new Error(`${file} is in use by another local Clerk`);
  }
  server.unref();
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

function socketOf(file: string): string {
  const name = `clerk-local-${hash('sha256', file).slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const beside = `${file}.lock`;
  return Buffer.byteLength(beside) <= MAX_SOCKET_PATH_BYTES ? beside : join(tmpdir(), `${name}.lock`);
}

async function listens(server: Server, address: string): Promise<boolean> {
  try {
    server.listen(address);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

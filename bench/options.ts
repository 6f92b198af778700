import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { findProgram } from '../scripts/apt.ts';
import { freePort } from '../scripts/port.ts';
import { endWithThisProcess } from './instance.ts';

/* What the service's options need beside it. */

/** Accepts spans and ignores them. @returns its address */
export async function startCollector(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
}

/** @returns its address */
export async function startRedis(): Promise<string> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = spawn(await findProgram('redis-server'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/tmp',
  });
  endWithThisProcess(redis);
  for await (const line of createInterface({ input: redis.stdout }))
    if (line.includes('Ready to accept')) break;
  return `redis://127.0.0.1:${port}`;
}

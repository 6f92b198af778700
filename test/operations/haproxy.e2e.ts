import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findProgram } from '../../scripts/apt.ts';
import { freePort } from '../../scripts/port.ts';
import { freshEnvironment, killChildren, startChild } from '../support/child.js';

const CONFIG = path.resolve(import.meta.dirname, '../../deploy/haproxy/haproxy.cfg');
/** As the instances while MongoDB elects a primary: not ready, but there. */
let isReady = true;
const checksFailed = [0, 0];
let servers: Server[];
let proxyUrl: string;

beforeAll(async () => {
  servers = [0, 1].map((index) =>
    createServer((request, response) => {
      const isCheck = request.url === '/health/ready';
      if (isCheck && !isReady) checksFailed[index] = (checksFailed[index] ?? 0) + 1;
      response.writeHead(isCheck && !isReady ? 503 : 200).end();
    }),
  );
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            resolve((server.address() as AddressInfo).port);
          });
        }),
    ),
  );
  const port = await freePort();
  proxyUrl = `http://127.0.0.1:${port}`;
  startChild(await findProgram('haproxy'), ['-db', '-f', CONFIG], {
    cwd: '/',
    env: freshEnvironment({
      PROXY_BIND: `127.0.0.1:${port}`,
      API_1: `127.0.0.1:${ports[0] ?? ''}`,
      API_2: `127.0.0.1:${ports[1] ?? ''}`,
    }),
  });
  while ((await fetch(proxyUrl).catch(() => undefined))?.ok !== true) await sleep(50);
}, 300_000);
afterAll(async () => {
  await killChildren();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it('an election that takes all instances out of readiness at once turns no request away at the proxy', async () => {
  isReady = false;
  const statuses = new Set<number>();
  // Far more checks than it takes to count as down.
  while (Math.min(...checksFailed) < 10) {
    statuses.add((await fetch(`${proxyUrl}/api/v2/countries`)).status);
    await sleep(20);
  }
  expect([...statuses]).toEqual([200]);
});

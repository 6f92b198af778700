import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findProgram } from '../../scripts/apt.ts';
import { freePort } from '../../scripts/port.ts';
import { freshEnvironment, killChildren, startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';

const CONFIG = path.resolve(import.meta.dirname, '../../deploy/haproxy/haproxy.cfg');
/** False: as instances during an election of MongoDB, which answer but are not ready. */
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
  await eventually('the proxy answers', async () => (await fetch(proxyUrl)).ok);
}, 300_000);
afterAll(async () => {
  await killChildren();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it('an election during which no instance is ready does not make the proxy refuse requests', async () => {
  isReady = false;
  const statuses = new Set<number>();
  // Far more than the failed checks after which a server counts as down.
  await eventually('ten failed checks of each instance', async () => {
    statuses.add((await fetch(`${proxyUrl}/api/v2/countries`)).status);
    return Math.min(...checksFailed) >= 10;
  });
  expect([...statuses]).toEqual([200]);
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** First requests at once; each of them asks Clerk. */
const CALLERS = 600;

let api: TestApp;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const open = new Set<Socket>();
let maxOpen = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request, response);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    maxOpen = Math.max(maxOpen, open.size);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  answer = (_request, response) => response.writeHead(500).end();
  const { port } = server.address() as AddressInfo;
  // The keys are configured, so only requests for users reach the server that hangs.
  const own = await startTestApp();
  const { jwtKey, issuer } = own.clerk;
  await own.close();
  api = await startTestApp({
    CLERK_API_URL: `http://127.0.0.1:${port}`,
    CLERK_JWT_KEY: jwtKey,
    CLERK_ISSUER: issuer,
  });
  signer = own;
});
let signer: TestApp;
afterEach(() => {
  for (const socket of open) socket.destroy();
  maxOpen = 0;
});
afterAll(async () => {
  await api.close();
  server.close();
});

it.each<[string, typeof answer]>([
  ['never answers', () => undefined],
  [
    'never ends its answer',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => {
        clearInterval(drip);
      });
    },
  ],
  [
    'floods',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const flood = () => {
        let isWritable = true;
        while (isWritable) isWritable = !response.destroyed && response.write(' '.repeat(65_536));
      };
      response.on('drain', flood);
      flood();
    },
  ],
])('a Clerk that %s holds few connections, and none after its callers were answered', async (_how, how) => {
  answer = how;
  const callers = await Promise.all(
    Array.from({ length: how.length === 0 ? CALLERS : 10 }, (_, index) =>
      signer.clerk.mintToken(`user_hanging${index}`),
    ),
  );
  const answers = await Promise.all(callers.map((token) => api.withToken(token).problem('GET', '/users/me')));
  expect(new Set(answers)).toEqual(new Set(['503 dependency_unavailable']));
  expect(maxOpen).toBeGreaterThan(0);
  // 50 at a time, for some seconds; connections that were given up close while the next ones open.
  expect(maxOpen).toBeLessThan(CALLERS / 2);
  await eventually('all connections are closed', () => open.size === 0);
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** First requests at once, each of which asks Clerk. */
const CALLERS = 600;

let api: TestApp;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const open = new Set<Socket>();
let mostOpen = 0;
let closed: () => void = () => undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request, response);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    mostOpen = Math.max(mostOpen, open.size);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) closed();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  answer = (_request, response) => response.writeHead(500).end();
  const { port } = server.address() as AddressInfo;
  // Only users are asked of the server that hangs; the keys are known.
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
  mostOpen = 0;
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
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', flood);
      flood();
    },
  ],
])('a Clerk that %s holds few connections, and none once its callers were answered', async (_how, how) => {
  answer = how;
  const callers = await Promise.all(
    Array.from({ length: how.length === 0 ? CALLERS : 10 }, (_, index) =>
      signer.clerk.mintToken(`user_hanging${index}`),
    ),
  );
  const answers = await Promise.all(callers.map((token) => api.withToken(token).problem('GET', '/users/me')));
  expect(new Set(answers)).toEqual(new Set(['503 dependency_unavailable']));
  expect(mostOpen).toBeGreaterThan(0);
  // 50 at a time, for some seconds; those given up are still closing while the next ones open.
  expect(mostOpen).toBeLessThan(CALLERS / 2);
  // Hangs, and so fails, while one is left open.
  await new Promise<void>((resolve) => {
    closed = resolve;
    if (open.size === 0) resolve();
  });
});

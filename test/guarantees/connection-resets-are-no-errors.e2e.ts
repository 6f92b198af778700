import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { captureLogs } from '../support/logs.js';
import { metricsText } from '../support/metrics.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const logs = captureLogs();
let redis: RedisServer;
let api: TestApp;
let other: ApiClient;
beforeAll(async () => {
  redis = await startRedis();
  const environment = {
    REDIS_URL: redis.url,
    RATE_LIMIT_MAX: '10',
    LOG_LEVEL: 'warn',
    TRUST_PROXY: '127.0.0.1',
  };
  api = await startTestApp(environment, logs.sink);
  other = new ApiClient(await api.secondInstance());
});
afterAll(async () => {
  await api.close();
  await killChildren();
});

/** Sends a request on a connection that is reset before its address is read. */
async function reset(request: string): Promise<void> {
  const server = api.app.getHttpServer();
  server.prependOnceListener('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', { get: () => undefined });
  });
  const { hostname, port } = new URL(api.anonymous.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(request);
  await once(socket, 'close');
  expect(socket.bytesRead).toBe(0);
}

describe('a caller who resets the connection before its address is read', () => {
  it.each([
    'GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api/v2/countries HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n',
    'GET /api/v2/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer e30.e30.e30\r\n\r\n',
    'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /api/v2/webhooks/clerk HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    'PUT /api/v2/users/me/wishlist/JP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('gets no answer, and counts as no fault: %j', async (request) => {
    logs.clear();
    await reset(request);
    expect(logs.text()).not.toMatch(/"level":"(warn|error|fatal)"/);
    const metrics = await metricsText(api.anonymous.url);
    expect(metrics).not.toMatch(/status="5\d\d"/);
    expect(metrics).toMatch(/^unknown_faults_total 0$/m);
    expect(metrics).toMatch(/^reset_connections_total [1-9]/m);
    expect(metrics).toMatch(/^rate_limit_fallbacks_total 0$/m);
  });

  it('does not count as a fault of Redis: limits stay exact over two instances', async () => {
    let answers = 0;
    for (let i = 0; i < 12; i++) {
      await reset('GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n\r\n');
      for (const { url } of [api.anonymous, other]) {
        const headers = { 'x-forwarded-for': '198.51.100.1' };
        const { status } = await fetch(`${url}/api/v2/countries`, { headers });
        expect([200, 429]).toContain(status);
        if (status === 200) answers++;
      }
    }
    expect(answers).toBe(10);
  });
});

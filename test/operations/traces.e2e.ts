import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../scripts/port.ts';
import { type Collector, type Span, startCollector } from '../support/collector.js';
import { captureLogs } from '../support/logs.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
const ERROR = 2;
/** Part of all personal data of these tests; exported data must not contain it. */
const MARKER = 'm4rk3r';

let collector: Collector;
let api: TestApp;
const logs = captureLogs();
let traces = 0;
beforeAll(async () => {
  collector = await startCollector();
  api = await startTestApp(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20key',
      OTEL_SERVICE_NAME: 'roavelo-tests',
      LOG_LEVEL: 'info',
    },
    logs.sink,
  );
});
afterAll(async () => {
  await api.close();
  await collector.close();
});

/** A header that starts a trace, and its id. */
function newTrace(flags = '01') {
  const traceId = (++traces).toString(16).padStart(32, '0');
  return { traceId, headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` } };
}

const named = (spans: Span[], name: string) => {
  const found = spans.filter((span) => span.name === name);
  const [span] = found;
  if (span === undefined || found.length > 1) throw new Error(`${found.length} spans ${name}`);
  return span;
};

describe('a trace', () => {
  it('of a first request contains the calls of Clerk and the commands of MongoDB', async () => {
    const ann = await api.signUp({ first_name: MARKER, email_address: [`${MARKER}@example.com`] });
    const { traceId, headers } = newTrace();
    const { headers: answered } = await ann.request('GET', '/users/me', { headers });
    const spans = await collector.trace(traceId, 'GET /api/v2/users/me');
    const request = named(spans, 'GET /api/v2/users/me');
    expect(request).toMatchObject({
      kind: SERVER,
      status: 0,
      parentSpanId: '00f067aa0ba902b7',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/v2/users/me',
        'http.response.status_code': 200,
        'roavelo.request_id': answered.get('x-request-id'),
      },
      resource: { 'service.name': 'roavelo-tests' },
    });
    for (const name of ['Clerk getUser', 'insert users', 'insert wishlists', 'commitTransaction']) {
      expect(named(spans, name)).toMatchObject({ kind: CLIENT, status: 0, parentSpanId: request.spanId });
    }
    expect(named(spans, 'insert users').attributes).toMatchObject({
      'db.system.name': 'mongodb',
      'db.namespace': api.db.name,
      'db.operation.name': 'insert',
      'db.collection.name': 'users',
    });
    expect(collector.headers()).toMatchObject({ 'x-api-key': 'a key' });
  });

  it('of a request with a body continues after the parser', async () => {
    const ann = await api.join();
    const { traceId, headers } = newTrace();
    await ann.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: MARKER }, headers });
    const spans = await collector.trace(traceId, 'PUT /api/v2/users/me/wishlist/:countryCode');
    const request = named(spans, 'PUT /api/v2/users/me/wishlist/:countryCode');
    const commands = spans.filter(({ kind }) => kind === CLIENT);
    expect(commands.length).toBeGreaterThan(0);
    for (const { parentSpanId } of commands) expect(parentSpanId).toBe(request.spanId);
  });

  it('of a deletion continues in its steps', async () => {
    const ann = await api.join();
    const { traceId, headers } = newTrace();
    await ann.call(202, 'DELETE', '/users/me', { headers });
    await api.deletionOf(ann);
    const steps = ['clerk', 'purchases', 'graph', 'traces'].map((step) => `deletion ${step}`);
    let spans: Span[] = [];
    for (const step of steps) spans = await collector.trace(traceId, step);
    for (const step of steps) expect(named(spans, step)).toMatchObject({ kind: INTERNAL, status: 0 });
    const call = named(spans, 'Clerk deleteUser');
    expect(call.parentSpanId).toBe(named(spans, 'deletion clerk').spanId);
  });

  it('marks errors of Clerk and of the answer', async () => {
    const late = await api.signUp();
    const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'status', status: 401 });
    const { traceId, headers } = newTrace();
    await late.call(503, 'GET', '/users/me', { headers });
    undo();
    const spans = await collector.trace(traceId, 'GET /api/v2/users/me');
    expect(named(spans, 'Clerk getUser')).toMatchObject({
      status: ERROR,
      attributes: { 'error.type': 'ClerkAPIResponseError' },
    });
    expect(named(spans, 'GET /api/v2/users/me')).toMatchObject({
      status: ERROR,
      attributes: { 'http.response.status_code': 503, 'error.type': 'dependency_unavailable' },
    });
  });

  it('is named in the log lines of its request; a 401 is not an error', async () => {
    const { traceId, headers } = newTrace();
    logs.clear();
    await api.anonymous.call(401, 'GET', '/users/me', { headers });
    const [span] = await collector.trace(traceId, 'GET /api/v2/users/me');
    expect(span).toMatchObject({ status: 0, attributes: { 'http.response.status_code': 401 } });
    expect(logs.text()).toContain(`"traceId":"${traceId}"`);
  });

  it('starts here without a traceparent; probes and metrics have no traces', async () => {
    for (const path of ['//health/live', '//health/ready', '//metrics'])
      await api.anonymous.request('GET', path);
    logs.clear();
    await api.anonymous.get('//problems/not-found');
    const traceId = /"traceId":"(\w+)"/.exec(logs.text())?.[1] ?? '';
    const [span] = await collector.trace(traceId, 'GET /problems/:slug');
    expect(span).toMatchObject({ name: 'GET /problems/:slug', parentSpanId: '' });
    expect(collector.spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });

  it('that its caller does not sample is not sampled here', async () => {
    const { traceId, headers } = newTrace('00');
    await api.anonymous.request('GET', '//problems/not-found', { headers });
    const after = newTrace();
    await api.anonymous.request('GET', '//problems/not-found', { headers: after.headers });
    await collector.trace(after.traceId, 'GET /problems/:slug');
    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
  });
});

it('exported spans contain no tokens, names, e-mails, notes, queries or Clerk ids', async () => {
  const ann = await api.join({ first_name: MARKER, email_address: [`${MARKER}2@example.com`] });
  const { traceId, headers } = newTrace();
  await ann.request('GET', `/users?q=${MARKER}`, { headers });
  await collector.trace(traceId, 'GET /api/v2/users');
  const sent = collector.raw().toString('latin1');
  for (const secret of [
    MARKER,
    ann.clerkId,
    ann.token.slice(-20),
    '@example.com',
    api.config.clerk.secretKey,
  ]) {
    expect(sent).not.toContain(secret);
  }
});

it('OTEL_TRACES_SAMPLER_ARG limits sampling, also of traces that callers sample', async () => {
  const few = await startTestApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const { traceId, headers } = newTrace();
  await few.anonymous.request('GET', '//problems/not-found', { headers });
  await few.close();
  expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
});

it('pending spans are exported at the shutdown', async () => {
  const short = await startTestApp({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const { traceId, headers } = newTrace();
  await short.anonymous.request('GET', '//problems/not-found', { headers });
  await short.close();
  expect(collector.spans.filter((span) => span.traceId === traceId)).toHaveLength(1);
});

it('an unreachable collector is logged once, and delays neither answers nor the shutdown', async () => {
  const AWAY = 'the collector of traces is away';
  const log = captureLogs();
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    LOG_LEVEL: 'warn',
  };
  const alone = await startTestApp(environment, log.sink);
  for (let i = 0; i < 3; i++) await alone.anonymous.get('//problems/not-found');
  await log.next(({ msg }) => String(msg).includes(AWAY));
  const startedAt = Date.now();
  await alone.close();
  expect(log.lines().filter(({ msg }) => String(msg).includes(AWAY))).toHaveLength(1);
  expect(Date.now() - startedAt).toBeLessThan(8000);
});

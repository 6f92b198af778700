import axios from 'axios';
import { describe, expect, it } from 'vitest';
import { AuthError, type AuthErrorCode, createRoaveloClient, unwrap } from '../../src/index.ts';
import { retry, retryDelay } from '../../src/react/index.ts';
import { HandMadeSource } from '../core/hand-made-source.ts';
import { type Answer, problem, startService } from '../core/service.ts';

/** How often TanStack Query tries again, at most `limit` times. */
function retries(error: unknown, limit = 20): number {
  let failures = 0;
  while (failures < limit && retry(failures, error)) failures += 1;
  return failures;
}

async function errorOfCall(method: 'get' | 'post', answer: Answer): Promise<unknown> {
  const service = await startService(() => answer);
  const options = {
    baseUrl: service.url,
    tokenSource: new HandMadeSource('ada'),
    timeoutMs: 50,
    maxRetryAfterMs: 0,
  };
  const { api } = createRoaveloClient(options);
  const called = unwrap(api.request(method, '/api/v2/things' as never, {} as never));
  return called.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('retry', () => {
  it.each<[AuthErrorCode, number]>([
    ['AUTH_TOKEN_NOT_READY', 10],
    ['AUTH_TOKEN_TIMEOUT', 3],
    ['AUTH_TOKEN_FAILED', 3],
    ['AUTH_REQUIRED', 0],
    ['AUTH_SESSION_CHANGED', 0],
  ])('after %s tries %d times more', (code, expected) => {
    expect(retries(new AuthError(code))).toBe(expected);
  });

  it.each<[string, Answer, number]>([
    ['503', problem(503, 'dependency_unavailable'), 3],
    ['429', problem(429, 'rate_limited', { 'retry-after': '20' }), 3],
    ['429 for an hour', problem(429, 'rate_limited', { 'retry-after': '3600' }), 0],
    ['500 of a proxy', { status: 502, text: '<h1>', headers: { 'content-type': 'text/html' } }, 3],
    ['a closed connection', 'close', 3],
    ['no answer', 'hang', 3],
    ['400', problem(400, 'validation_failed'), 0],
    ['401', problem(401, 'invalid_token'), 0],
    ['404', problem(404, 'user_not_found'), 0],
    ['a captive portal', { status: 200, text: '<h1>', headers: { 'content-type': 'text/html' } }, 0],
  ])('after %s tries a GET %s times more, a POST never', async (_name, answer, expected) => {
    expect(retries(await errorOfCall('get', answer))).toBe(expected);
    expect(retries(await errorOfCall('post', answer))).toBe(0);
  });

  it.each<[string, string, Answer, number]>([
    ['get', '503', problem(503, 'dependency_unavailable', { 'retry-after': '20' }), 3],
    ['post', '503', problem(503, 'dependency_unavailable', { 'retry-after': '20' }), 0],
    ['get', '404', problem(404, 'user_not_found'), 0],
    ['get', 'a closed connection', 'close', 3],
    ['post', 'a closed connection', 'close', 0],
  ])('knows the errors of axios: %s, %s', async (method, _name, answer, expected) => {
    const service = await startService(() => answer);
    const error: unknown = await axios({ method, url: service.url }).catch((reason: unknown) => reason);
    expect(retries(error)).toBe(expected);
    if (answer !== 'close' && expected > 0) expect(retryDelay(0, error)).toBe(20_000);
  });

  it('never tries again after an abort, or an error that is no failed request', () => {
    expect(retries(new axios.CanceledError())).toBe(0);
    expect(retries(Object.assign(new Error('aborted'), { name: 'AbortError' }))).toBe(0);
    expect(retries(new TypeError('undefined is not a function'))).toBe(0);
    expect(retries('text')).toBe(0);
  });
});

describe('retryDelay', () => {
  it('is what Retry-After says, or grows to half a minute', async () => {
    const error = await errorOfCall('get', problem(503, 'overloaded', { 'retry-after': '7' }));
    expect(retryDelay(0, error)).toBe(7_000);
    const other = await errorOfCall('get', problem(500, 'internal_error'));
    expect([0, 1, 2, 10, 2_000].map((failures) => retryDelay(failures, other))).toEqual([
      1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
  });
});

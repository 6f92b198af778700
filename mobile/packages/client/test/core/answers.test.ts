import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRoaveloClient, errorOf, unwrap } from '../../src/index.ts';
import { callers } from './callers.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { type Answer, gate, OK, problem, startService } from './service.ts';

/** The first answers, then `OK`. */
const first =
  (...answers: Answer[]) =>
  () =>
    answers.shift() ?? OK;

/** The waits that were asked for, each made as short as possible. */
function shortWaits(): number[] {
  const waits: number[] = [];
  const { setTimeout } = globalThis;
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((callback: () => void, ms = 0, ...rest: []) => {
    // Those of Retry-After have a random part; other timers, Node's own among them, stay what they are.
    if (Number.isInteger(ms)) return setTimeout(callback, ms, ...rest);
    waits.push(ms);
    return setTimeout(callback, 0, ...rest);
  });
  return waits;
}

describe.each(Object.entries(callers))('the answer to a request by %s', (name, caller) => {
  const options = () => ({ tokenSource: new HandMadeSource('ada') });

  it.each([429, 503])('of %d is waited for as long as Retry-After says, twice at most', async (status) => {
    const busy = problem(status, 'busy', { 'retry-after': '2' });
    const service = await startService(first(busy, busy));
    const call = caller(service.url, options());
    const waits = shortWaits();

    expect(await call()).toMatchObject({ status: 200 });
    const repeats = waits.filter((ms) => ms >= 2_000 && ms < 2_250);
    expect(repeats).toHaveLength(2);
    service.answer = () => busy;
    expect(await call()).toMatchObject({ status, body: { code: 'busy' } });
    expect(service.received).toHaveLength(6);
  });

  it('is waited for until the date of Retry-After, by the clock of the service', async () => {
    const dates = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:49:44 GMT' };
    const service = await startService(first(problem(503, 'busy', dates)));
    const call = caller(service.url, options());
    const waits = shortWaits();

    expect(await call({ method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(waits.filter((ms) => ms >= 7_000 && ms < 7_250)).toHaveLength(1);
  });

  it.each(['11', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon', '-1', ''])(
    'is given back at once with Retry-After: %s',
    async (retryAfter) => {
      const service = await startService(() => problem(503, 'busy', { 'retry-after': retryAfter }));
      expect(await caller(service.url, options())()).toMatchObject({ status: 503 });
      expect(service.received).toHaveLength(1);
    },
  );

  it.each(['POST', 'PATCH'] as const)('of 503 to %s is given back at once', async (method) => {
    const service = await startService(() => problem(503, 'busy', { 'retry-after': '0' }));
    expect(await caller(service.url, options())({ method, json: {} })).toMatchObject({ status: 503 });
    expect(service.received).toHaveLength(1);
  });

  it('is not waited for after an abort', async () => {
    const service = await startService(() => problem(503, 'busy', { 'retry-after': '9' }));
    const controller = new AbortController();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => void vi.restoreAllMocks());
    const call = caller(service.url, options());
    const outcome = expect(call({ signal: controller.signal })).rejects.toThrow(/abort|cancel/i);

    await vi.waitUntil(() => timers.mock.calls.some(([, ms = 0]) => ms >= 9_000 && ms < 9_250));
    controller.abort();
    await outcome;
    expect(service.received).toHaveLength(1);
  });

  it('is not waited for by another person', async () => {
    const source = new HandMadeSource('ada');
    const service = await startService(() => {
      source.signIn('ben');
      return problem(503, 'busy', { 'retry-after': '0' });
    });
    const called = caller(service.url, { tokenSource: source })({ method: 'PUT', json: {} });
    await expect(called).rejects.toMatchObject({ code: 'AUTH_SESSION_CHANGED' });
    expect(service.received).toHaveLength(1);
  });

  it('in HTML with status 200, of a captive portal, is an UnexpectedAnswerError', async () => {
    const html = { status: 200, text: '<html>Sign in to the WLAN', headers: { 'content-type': 'text/html' } };
    const service = await startService(() => html);
    await expect(caller(service.url, options())()).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      status: 200,
      contentType: 'text/html',
    });
    expect(service.received).toHaveLength(1);
  });

  it('that never comes is a timeout', async () => {
    const service = await startService(() => 'hang');
    const called = caller(service.url, { ...options(), timeoutMs: 50 })();
    await expect(called).rejects.toThrow(name === 'axios' ? 'timeout of 50ms exceeded' : '50 ms');
    expect(service.received).toHaveLength(1);
  });

  it('whose body never ends is a timeout', async () => {
    const service = await startService(() => 'stall');
    const called = caller(service.url, { ...options(), timeoutMs: 200 })();
    await expect(called).rejects.toThrow(name === 'axios' ? 'timeout of 200ms exceeded' : '200 ms');
  });

  it('may take as long as it takes with `timeoutMs: 0`', async () => {
    const held = gate();
    const service = await startService(async () => {
      await held.opened;
      return OK;
    });
    const called = caller(service.url, { ...options(), timeoutMs: 0 })();
    await service.receivedCount(1);
    held.open();
    expect(await called).toMatchObject({ status: 200 });
  });

  it('that is cut off is an error of the network', async () => {
    const service = await startService(() => 'close');
    const called = caller(service.url, options())();
    await expect(called).rejects.toMatchObject(
      name === 'axios' ? { isAxiosError: true } : { name: 'NetworkError' },
    );
    expect(service.received).toHaveLength(1);
  });

  it('does not count when the request is aborted on its way', async () => {
    const service = await startService(() => 'hang');
    const controller = new AbortController();
    const called = caller(service.url, options())({ signal: controller.signal });
    const outcome = expect(called).rejects.toThrow(/abort|cancel/i);
    await service.receivedCount(1);
    controller.abort();
    await outcome;
  });

  it('does not count when the request was aborted before, and nothing is sent', async () => {
    const service = await startService();
    const called = caller(service.url, options())({ signal: AbortSignal.abort() });
    await expect(called).rejects.toThrow(/abort|cancel/i);
    expect(service.received).toEqual([]);
  });

  it('does not count when the request is aborted while Clerk loads', async () => {
    const service = await startService();
    const source = new HandMadeSource();
    const controller = new AbortController();
    const outcome = expect(
      caller(service.url, { tokenSource: source })({ signal: controller.signal }),
    ).rejects.toThrow(/abort|cancel/i);

    await vi.waitUntil(() => source.listeners > 0);
    controller.abort();
    await outcome;
    expect(source.listeners).toBe(0);
    expect(service.received).toEqual([]);
  });

  it('does not count when the person is replaced while the token is fetched', async () => {
    const service = await startService();
    const source = new HandMadeSource('ada');
    const { getToken } = source;
    source.getToken = async () => {
      const token = await getToken();
      source.signIn('ben');
      return token;
    };
    await expect(caller(service.url, { tokenSource: source })()).rejects.toMatchObject({
      code: 'AUTH_SESSION_CHANGED',
    });
    expect(service.received).toEqual([]);
  });

  it('is awaited through a change of the session of the same person', async () => {
    const source = new HandMadeSource('ada');
    const service = await startService(({ token }) => {
      if (token !== 'signed-in-1') return OK;
      // Clerk's state amid `setActive`.
      source.change({ status: 'loading' });
      setTimeout(() => {
        source.change({ status: 'signed-in', userId: 'ada', sessionId: 'the next' });
      }, 20);
      return problem(401, 'token_expired');
    });
    source.getToken = (asked) => Promise.resolve(asked?.skipCache ? 'signed-in-2' : 'signed-in-1');
    expect(await caller(service.url, { tokenSource: source })()).toMatchObject({ status: 200 });
  });
});

describe('errors', () => {
  const client = (baseUrl: string) =>
    createRoaveloClient({ baseUrl, tokenSource: new HandMadeSource('ada') });

  it('`unwrap` gives the data, or throws a ProblemError', async () => {
    const service = await startService(() => ({ status: 200, json: { username: 'ada' } }));
    const { api } = client(service.url);
    expect((await unwrap(api.GET('/api/v2/users/me'))).username).toBe('ada');

    const headers = { 'x-request-id': 'r1', 'retry-after': '60' };
    service.answer = () => problem(503, 'dependency_unavailable', headers);
    await expect(unwrap(api.GET('/api/v2/users/me'))).rejects.toMatchObject({
      name: 'ProblemError',
      message: 'It is dependency_unavailable',
      status: 503,
      code: 'dependency_unavailable',
      detail: 'It is dependency_unavailable',
      requestId: 'r1',
      retryAfterMs: 60_000,
      repeatable: true,
      problem: { title: 'dependency_unavailable' },
    });
    await expect(
      unwrap(api.POST('/api/v2/users/me/wishlist/batch', { body: { items: [] } })),
    ).rejects.toMatchObject({
      repeatable: false,
    });
  });

  it('whose body breaks off is an error of the network, which may be tried again', async () => {
    const service = await startService(() => 'break');
    const client = createRoaveloClient({ baseUrl: service.url, tokenSource: new HandMadeSource('ada') });
    const error = { name: 'NetworkError', repeatable: true, cause: expect.any(TypeError) as TypeError };
    await expect(unwrap(client.api.GET('/api/v2/users/me'))).rejects.toMatchObject(error);
    const response = await client.fetch('/api/v2/users/me');
    await expect(response.json()).rejects.toMatchObject(error);
    await expect(response.json()).rejects.toBeInstanceOf(TypeError);
  });

  it('`unwrap` gives undefined for 204', async () => {
    const service = await startService(() => ({ status: 204 }));
    const path = { countryCode: 'JP' };
    const called = client(service.url).api.DELETE('/api/v2/users/me/wishlist/{countryCode}', {
      params: { path },
    });
    await expect(unwrap(called)).resolves.toBeUndefined();
  });

  it('`errorOf` reads an answer of `fetch`', async () => {
    const service = await startService(() => problem(409, 'username_taken'));
    const response = await client(service.url).fetch('/a', { method: 'PATCH' });
    expect(await errorOf(response)).toMatchObject({
      name: 'ProblemError',
      code: 'username_taken',
      repeatable: false,
    });
  });

  it.each<[string, Answer]>([
    ['text', { status: 502, text: 'Bad gateway' }],
    ['JSON without a code', { status: 502, json: { message: 'Bad gateway' } }],
    ['nothing', { status: 502 }],
    ['an array', { status: 502, json: ['code'] }],
  ])('an error with %s is an UnexpectedAnswerError', async (_name, answer) => {
    const service = await startService(() => answer);
    const { api, fetch } = client(service.url);
    const expected = { name: 'UnexpectedAnswerError', status: 502 };
    await expect(unwrap(api.GET('/api/v2/users/me'))).rejects.toMatchObject(expected);
    expect(await errorOf(await fetch('/a'))).toMatchObject(expected);
  });

  it('an error page in HTML is an UnexpectedAnswerError with its Retry-After', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'retry-after': '120' };
    const service = await startService(() => ({ status: 503, text: '<h1>Back soon', headers }));
    const called = client(service.url).api.GET('/api/v2/users/me');
    await expect(called).rejects.toMatchObject({
      name: 'UnexpectedAnswerError',
      status: 503,
      retryAfterMs: 120_000,
    });
  });

  it('HTML that was asked for is given back', async () => {
    const html = { status: 200, text: '<html>', headers: { 'content-type': 'text/html' } };
    const service = await startService(() => html);
    const response = await client(service.url).fetch('/docs', {
      headers: { accept: 'text/html' },
      auth: 'none',
    });
    expect(await response.text()).toBe('<html>');
  });
});

import { describe, expect, it } from 'vitest';
import { authFetch, type AuthFetchOptions } from '../../src/index.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { OK, refusing, startService } from './service.ts';

function signedInFetch(baseUrl: string, options: Partial<AuthFetchOptions> = {}) {
  return authFetch({ baseUrl, tokenSource: new HandMadeSource('ada'), ...options });
}

describe('the token goes to the origin of `baseUrl` only', () => {
  it('by relative and absolute URLs, strings, URLs and Requests', async () => {
    const service = await startService();
    const send = signedInFetch(`${service.url}/below/`);

    await send('/a');
    await send('b');
    await send('');
    await send(`${service.url}/c`);
    await send(new URL(`${service.url}/d`));
    await send(new Request(`${service.url}/e`));
    expect(service.received.map(({ path, token }) => [path, token !== undefined])).toEqual([
      ['/below/a', true],
      ['/below/b', true],
      ['/below/', true],
      ['/c', true],
      ['/d', true],
      ['/e', true],
    ]);
  });

  it.each([
    ['another port', (_own: URL, other: URL) => other.href],
    ['a protocol-relative URL', (_own: URL, other: URL) => `//${other.host}/`],
    ['another host name of this machine', (own: URL) => `http://localhost:${own.port}/`],
    ['backslashes', (_own: URL, other: URL) => `\\\\${other.host}/`],
    ['our origin as user-info', (own: URL, other: URL) => `http://${own.hostname}@${other.host}/`],
  ])('not to %s', async (_name, urlOf) => {
    const [service, other] = [await startService(), await startService()];
    const source = new HandMadeSource('ada');
    const send = authFetch({ baseUrl: service.url, tokenSource: source });

    // fetch refuses URLs with user-info: these are not sent at all.
    await send(urlOf(new URL(service.url), new URL(other.url))).catch(() => undefined);
    await send(urlOf(new URL(service.url), new URL(other.url)), { auth: 'required' }).catch(() => undefined);
    const received = [...service.received, ...other.received];
    expect(received.filter(({ token }) => token !== undefined)).toEqual([]);
    expect(source.asked).toEqual([]);
  });

  it('not to the target of a redirect, which is not followed', async () => {
    const other = await startService();
    const service = await startService(() => ({ status: 307, headers: { location: other.url } }));
    const send = signedInFetch(service.url);

    await expect(send('/a')).rejects.toMatchObject({ name: 'UnexpectedAnswerError', status: 307 });
    await expect(send('/a', { redirect: 'follow' })).rejects.toMatchObject({ status: 307 });
    expect(other.received).toEqual([]);
    expect(await (await send('/a', { auth: 'none' })).json()).toEqual({ ok: true });
    expect(other.received).toMatchObject([{ token: undefined }]);
  });

  it.each(['', '/api', 'api.example.com', 'roavelo://api', 'file:///api'])(
    '`baseUrl` may not be %j',
    (baseUrl) => {
      expect(() => signedInFetch(baseUrl)).toThrow(TypeError);
    },
  );
});

describe('the body after a 401', () => {
  const form = new FormData();
  form.set('note', 'Ærø');
  const file = new FormData();
  file.set('picture', new Blob(['pixels'], { type: 'image/png' }), 'a.png');

  it.each([
    ['a string', 'text'],
    ['bytes', new TextEncoder().encode('bytes')],
    ['URLSearchParams', new URLSearchParams({ a: '1' })],
    ['a Blob', new Blob(['blob'])],
    ['a form', form],
    ['a form with a file', file],
  ])('is sent again whole: %s', async (_name, body) => {
    const service = await startService(refusing('signed-in-1'));
    const response = await signedInFetch(service.url)('/a', { method: 'POST', body });

    expect(response.status).toBe(200);
    const [first, second] = service.received.map((received) =>
      received.body.replaceAll(/-*formdata\S*/g, ''),
    );
    expect(first).not.toBe('');
    expect(second).toBe(first);
  });

  it('is sent again whole: that of a Request', async () => {
    const service = await startService(refusing('signed-in-1'));
    const request = new Request(`${service.url}/a`, {
      method: 'PUT',
      body: 'text',
      headers: { 'x-own': '1' },
    });
    const response = await signedInFetch(service.url)(request);

    expect(response.status).toBe(200);
    expect(service.received).toMatchObject([
      { method: 'PUT', body: 'text', headers: { 'x-own': '1' } },
      { method: 'PUT', body: 'text', headers: { 'x-own': '1' } },
    ]);
  });

  it('is not sent again when it can be read only once, and the next request renews the token', async () => {
    const service = await startService(refusing('signed-in-1'));
    const send = signedInFetch(service.url);
    const stream = new Blob(['a stream']).stream();

    const response = await send('/a', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'token_expired' });
    expect(service.received).toMatchObject([{ body: 'a stream' }]);
    expect((await send('/a')).status).toBe(200);
  });
});

describe('what fetch is given', () => {
  it('has the headers of the call, and no Authorization of its own', async () => {
    const service = await startService(() => OK);
    await signedInFetch(service.url)('/a', {
      headers: [
        ['X-Own', '1'],
        ['Authorization', 'Bearer stolen'],
      ],
    });

    expect(service.received[0]).toMatchObject({ token: 'signed-in-1', headers: { 'x-own': '1' } });
  });

  it('is the `fetch` of the options', async () => {
    const service = await startService();
    const urls: unknown[] = [];
    const send = signedInFetch(service.url, {
      fetch: (input, init) => {
        urls.push(input);
        return fetch(input, init);
      },
    });
    await send('/a');
    expect(urls).toEqual([`${service.url}/a`]);
  });
});

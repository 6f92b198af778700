import axios, { type AxiosAdapter, type AxiosError } from 'axios';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { configureApiClient, withAuth } from '../../src/index.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { problem, refusing, startService } from './service.ts';

const ada = () => new HandMadeSource('ada');

describe('configureApiClient', () => {
  it('takes `getToken`, as in the article', async () => {
    const service = await startService(refusing('old'));
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, (options) => Promise.resolve(options?.skipCache ? 'new' : 'old'));

    expect((await api.post('/a', { a: 1 })).data).toEqual({ ok: true });
    expect(service.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer old',
      'Bearer new',
    ]);
  });

  it('runs interceptors and transforms once, whatever is sent again', async () => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: service.url });
    const runs: string[] = [];
    const note = (name: string) => {
      api.interceptors.request.use((config) => (runs.push(`${name} request`), config));
      api.interceptors.response.use((response) => (runs.push(`${name} response`), response));
    };
    note('before');
    configureApiClient(api, ada());
    note('after');
    const response = await api.post('/a', 'a "string"', {
      transformRequest: (data: unknown) => (runs.push('transform'), JSON.stringify({ data })),
      transformResponse: (data: string) => (runs.push('transform back'), JSON.parse(data) as unknown),
    });

    expect(response.data).toEqual({ ok: true });
    expect(service.received.map(({ body }) => body)).toEqual(Array(2).fill('{"data":"a \\"string\\""}'));
    expect(runs).toEqual([
      'after request',
      'before request',
      'transform',
      'transform back',
      'before response',
      'after response',
    ]);
  });

  it('keeps baseURL, params and headers, and gives back the config of the call', async () => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: `${service.url}/api`, params: { v: 2 }, headers: { 'x-app': '1' } });
    configureApiClient(api, ada());
    const params = { userId: ['a', 'b'], q: 'a b' };
    const { config } = await api.get('/a', { params, headers: { 'x-own': '2', Accept: null } });

    const path = '/api/a?v=2&userId%5B%5D=a&userId%5B%5D=b&q=a+b';
    const headers = { 'x-app': '1', 'x-own': '2' };
    expect(service.received).toMatchObject([
      { path, headers },
      { path, headers },
    ]);
    expect(service.received.map((received) => received.headers.accept)).toEqual([undefined, undefined]);
    expect(config).toMatchObject({ url: '/a', baseURL: `${service.url}/api`, adapter: api.defaults.adapter });
    // Configs end up in logs.
    expect(JSON.stringify(config)).not.toContain('Bearer');
  });

  it('adds nothing that an interceptor took out', async () => {
    const service = await startService();
    const api = axios.create({ baseURL: service.url, params: { v: 2 } });
    configureApiClient(api, ada());
    api.interceptors.request.use((config) => {
      delete config.params;
      return config;
    });
    await api.get('/a');
    expect(service.received).toMatchObject([{ path: '/a' }]);
  });

  it.each(['http', 'fetch', ['xhr', 'http'], undefined])('sends by the adapter %j', async (adapter) => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: service.url, ...(adapter && { adapter: adapter as 'http' }) });
    configureApiClient(api, ada());
    expect((await api.put('/a', { a: 1 })).status).toBe(200);
    expect(service.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it('sends by an adapter of the app', async () => {
    const tokens: unknown[] = [];
    const adapter: AxiosAdapter = (config) => {
      tokens.push(config.headers.get('Authorization'));
      const status = tokens.length === 1 ? 401 : 200;
      return Promise.resolve({ config, status, statusText: '', headers: { 'X-A': '1' }, data: '{"a":1}' });
    };
    const api = axios.create({ baseURL: 'https://api.example.com', adapter });
    configureApiClient(api, ada());
    expect((await api.get('/a')).data).toEqual({ a: 1 });
    expect(tokens).toEqual(['Bearer signed-in-1', 'Bearer signed-in-2']);
  });

  it('sees a 401 that `validateStatus` takes for a success', async () => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: service.url, validateStatus: () => true });
    configureApiClient(api, ada());
    expect((await api.get('/a')).status).toBe(200);
    expect(service.received).toHaveLength(2);
  });

  it.each(['arraybuffer', 'json', 'text'] as const)(
    'reads the code of a 401 with responseType %s',
    async (type) => {
      const service = await startService(() => problem(401, 'account_deleted'));
      const source = ada();
      const api = axios.create({ baseURL: service.url });
      configureApiClient(api, source);
      await expect(api.get('/a', { responseType: type })).rejects.toMatchObject({
        response: { status: 401 },
      });
      expect(service.received).toHaveLength(1);
      expect(source.signOuts).toBe(1);
    },
  );

  it('rejects with the AxiosError of the last answer, which can be sent again', async () => {
    const service = await startService(() => problem(404, 'user_not_found'));
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, ada());
    api.interceptors.response.use(undefined, (error: AxiosError) => {
      if (service.received.length > 1) throw error;
      return api.request(error.config ?? {});
    });
    await expect(api.post('/a', { a: 1 })).rejects.toMatchObject({
      isAxiosError: true,
      response: { status: 404, data: { code: 'user_not_found' } },
      config: { url: '/a' },
    });
    expect(service.received.map(({ body, token }) => [body, token])).toEqual(
      Array(2).fill(['{"a":1}', 'signed-in-1']),
    );
  });

  it('frees the connection of a refused answer that arrives as a stream', async () => {
    const service = await startService(refusing('signed-in-1'));
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const api = axios.create({ baseURL: service.url, httpAgent, responseType: 'stream' });
    configureApiClient(api, ada(), { timeoutMs: 2_000 });
    const { data } = await api.get<Readable>('/a');
    expect(await text(data)).toBe('{"ok":true}');
    httpAgent.destroy();
  });

  it('does not send a stream again', async () => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, ada());
    const stream = Readable.from(['a stream']);
    await expect(api.post('/a', stream)).rejects.toMatchObject({ response: { status: 401 } });
    expect(service.received).toMatchObject([{ body: 'a stream' }]);
  });

  it('sends a form again whole', async () => {
    const service = await startService(refusing('signed-in-1'));
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, ada());
    const form = new FormData();
    form.set('picture', new Blob(['pixels']), 'a.png');
    expect((await api.post('/a', form)).status).toBe(200);
    expect(service.received.map(({ body }) => body.includes('pixels'))).toEqual([true, true]);
  });

  it('sends the token to the origin of the instance only', async () => {
    const [service, other] = [await startService(), await startService()];
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, ada());
    await api.get(`${other.url}/a`);
    await api.get('/b', { baseURL: other.url });
    await api.get(`//${new URL(other.url).host}/c`).catch(() => undefined);
    await api.get(`${service.url}/d`);
    expect(other.received.filter(({ token }) => token !== undefined)).toEqual([]);
    expect(service.received.map(({ token }) => token !== undefined)).toEqual([true]);

    service.answer = () => ({ status: 302, headers: { location: other.url } });
    const before = other.received.length;
    await expect(api.get('/e')).rejects.toMatchObject({ response: { status: 302 } });
    expect(other.received).toHaveLength(before);
  });

  it('replaces what it configured before, and can be undone', async () => {
    const service = await startService();
    const api = axios.create({ baseURL: service.url });
    configureApiClient(api, () => Promise.resolve('first'));
    const undo = configureApiClient(api, () => Promise.resolve('second'));
    await api.get('/a');
    undo();
    await api.get('/a');
    await api.get('/a', withAuth('none'));
    expect(service.received.map(({ token }) => token)).toEqual(['second', undefined, undefined]);
  });

  it.each([undefined, '', '/api', 'app://api'])('refuses an instance whose baseURL is %j', (baseURL) => {
    const api = axios.create(baseURL === undefined ? {} : { baseURL });
    expect(() => configureApiClient(api, ada())).toThrow(/^baseUrl must be/);
  });
});

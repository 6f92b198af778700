import axios, { type AxiosError, type AxiosInstance } from 'axios';
import { createAuthRefresh } from 'axios-auth-refresh';
import ky from 'ky';
import createClient, { type Middleware } from 'openapi-fetch';
import {
  authFetch,
  configureApiClient,
  createRoaveloClient,
  getTokenSource,
} from '../packages/client/src/index.ts';
import type { Provider } from './service.ts';

/** Sends a request. @returns its status; throws without an answer */
export type Send = (method: 'GET' | 'POST') => Promise<number>;

const BODY = { note: 'A body that must arrive again' };
const HEADERS = { 'x-size': String(JSON.stringify(BODY).length) };

/** Each as its documentation shows it, and nothing more. */
export const clients: Record<string, (url: string, provider: Provider) => Send> = {
  '@roavelo/client, fetch': (url, { getToken }) => {
    const send = authFetch({ baseUrl: url, tokenSource: getTokenSource(getToken) });
    return async (method) => {
      const body = method === 'POST' ? { body: JSON.stringify(BODY) } : {};
      return (await send('/', { method, headers: HEADERS, ...body })).status;
    };
  },

  '@roavelo/client, axios': (url, { getToken }) => {
    const api = axios.create({ baseURL: url });
    configureApiClient(api, getToken);
    return sendBy(api);
  },

  '@roavelo/client, openapi-fetch': (url, { getToken }) => {
    const { api } = createRoaveloClient({ baseUrl: url, tokenSource: getTokenSource(getToken) });
    return sendByOpenapi(api as never);
  },

  "the article's interceptor": (url, { getToken }) => {
    const api = axios.create({ baseURL: url });
    api.interceptors.request.use(async (config) => {
      config.headers.Authorization = `Bearer ${await getToken()}`;
      return config;
    });
    api.interceptors.response.use(undefined, async (error: AxiosError) => {
      const config = error.config as (typeof error.config & { _retry?: boolean }) | undefined;
      if (error.response?.status !== 401 || !config || config._retry) throw error;
      config._retry = true;
      config.headers.Authorization = `Bearer ${await getToken({ skipCache: true })}`;
      return api(config);
    });
    return sendBy(api);
  },

  'axios-auth-refresh': (url, provider) => sendBy(withAuthRefresh(url, provider, {})),
  'axios-auth-refresh, `deduplicateRefresh: false`': (url, provider) =>
    sendBy(withAuthRefresh(url, provider, { deduplicateRefresh: false })),

  'ky, `beforeRetry`': (url, { getToken }) => {
    const api = ky.create({
      retry: { limit: 1, statusCodes: [401], delay: () => 0 },
      hooks: {
        beforeRequest: [
          async ({ request }) => {
            if (!request.headers.has('Authorization')) {
              request.headers.set('Authorization', `Bearer ${await getToken()}`);
            }
          },
        ],
        beforeRetry: [
          async ({ request }) => {
            request.headers.set('Authorization', `Bearer ${await getToken({ skipCache: true })}`);
          },
        ],
      },
    });
    return async (method) =>
      (await api(url, { method, headers: HEADERS, ...(method === 'POST' ? { json: BODY } : {}) })).status;
  },

  'openapi-fetch, middleware': (url, { getToken }) => {
    const middleware: Middleware = {
      async onRequest({ request }) {
        request.headers.set('Authorization', `Bearer ${await getToken()}`);
        return request;
      },
      async onResponse({ request, response }) {
        if (response.status !== 401) return undefined;
        request.headers.set('Authorization', `Bearer ${await getToken({ skipCache: true })}`);
        return fetch(request);
      },
    };
    const api = createClient({ baseUrl: url });
    api.use(middleware);
    return sendByOpenapi(api as never);
  },
};

function sendBy(api: AxiosInstance): Send {
  return async (method) =>
    (await api.request({ url: '/', method, headers: HEADERS, ...(method === 'POST' ? { data: BODY } : {}) }))
      .status;
}

interface OpenapiClient {
  request: (method: string, path: string, init: object) => Promise<{ response: Response }>;
}

function sendByOpenapi(api: OpenapiClient): Send {
  return async (method) => {
    const init = { headers: HEADERS, ...(method === 'POST' ? { body: BODY } : {}) };
    return (await api.request(method, '/', init)).response.status;
  };
}

function withAuthRefresh(url: string, { getToken }: Provider, options: { deduplicateRefresh?: boolean }) {
  const api = axios.create({ baseURL: url });
  api.interceptors.request.use(async (config) => {
    config.headers.Authorization = `Bearer ${await getToken()}`;
    return config;
  });
  const refresh = async ({ response }: AxiosError) => {
    const token = await getToken({ skipCache: true });
    response?.config.headers.set('Authorization', `Bearer ${token}`);
  };
  // Its types are CommonJS, and so are another axios.
  createAuthRefresh(api as never, refresh as never, options);
  return api;
}

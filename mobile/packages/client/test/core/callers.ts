import axios, { isAxiosError } from 'axios';
import {
  authFetch,
  type AuthenticationOptions,
  type AuthMode,
  configureApiClient,
  createRoaveloClient,
  withAuth,
} from '../../src/index.ts';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path?: string;
  json?: unknown;
  auth?: AuthMode;
  signal?: AbortSignal;
}

export interface Answered {
  status: number;
  body: unknown;
}

/** The same request by each HTTP library. It answers whatever the status, and throws what is no answer. */
export type Caller = (call?: Call) => Promise<Answered>;

export type CallerOptions = AuthenticationOptions & { timeoutMs?: number };

export const callers: Record<string, (baseUrl: string, options: CallerOptions) => Caller> = {
  fetch(baseUrl, options) {
    const send = authFetch({ ...options, baseUrl });
    return async ({ path = '/things', json, ...init } = {}) => {
      const body = json === undefined ? {} : { body: JSON.stringify(json) };
      const response = await send(path, {
        ...init,
        ...body,
        headers: { 'content-type': 'application/json' },
      });
      return { status: response.status, body: parsed(await response.text()) };
    };
  },

  axios(baseUrl, { tokenSource, ...options }) {
    const api = axios.create({ baseURL: baseUrl });
    configureApiClient(api, tokenSource, options);
    return async ({ path = '/things', json, auth = 'required', method = 'GET', ...init } = {}) => {
      try {
        const config = { url: path, method, data: json, ...init };
        const { status, data } = await api.request<unknown>(withAuth(auth, config));
        return { status, body: data };
      } catch (error) {
        if (!isAxiosError(error) || !error.response) throw error;
        return { status: error.response.status, body: error.response.data };
      }
    };
  },

  'openapi-fetch'(baseUrl, options) {
    const { api } = createRoaveloClient({ ...options, baseUrl });
    return async ({ path = '/things', json, method = 'GET', ...init } = {}) => {
      const sent = { ...init, ...(json === undefined ? {} : { body: json }) };
      const called = api.request(method.toLowerCase() as 'get', path as never, sent as never);
      const { data, error, response }: { data?: unknown; error?: unknown; response: Response } = await called;
      return { status: response.status, body: data ?? error };
    };
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

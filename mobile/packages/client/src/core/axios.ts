import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { problemIn, UnexpectedAnswerError, type AnswerHead } from './answer-errors.ts';
import { createAuthentication, type AuthenticationOptions, type AuthMode } from './authentication.ts';
import { absoluteUrl, isHtml, isReadOnce } from './fetch.ts';
import { getTokenSource } from './get-token-source.ts';
import type { GetTokenFn, TokenSource } from './session.ts';

export interface ConfigureOptions extends Omit<AuthenticationOptions, 'tokenSource'> {
  /** The service's URL: only its origin gets the token. Default: the instance's `baseURL`. */
  baseUrl?: string | undefined;
  /** For requests without a `timeout`; default 30,000 ms. */
  timeoutMs?: number | undefined;
}

type Config = InternalAxiosRequestConfig & { authMode?: AuthMode };
type Adapter = NonNullable<Config['adapter']>;

/** What an attempt ended with; axios rejects answers that `validateStatus` refuses. */
interface Attempt {
  response: AxiosResponse;
  error?: Error;
}

const configured = new WeakMap<AxiosInstance, () => void>();

/**
 * Makes an axios instance send the token, and renew it. It works below the interceptors: they and the
 * transforms run once for a request, whatever is sent again. A second call replaces the first.
 * @param tokens a token source, or `getToken` alone
 * @returns how to undo it
 * @throws TypeError when neither `baseUrl` nor the instance's `baseURL` is an http(s) URL
 */
export function configureApiClient(
  api: AxiosInstance,
  tokens: GetTokenFn | TokenSource,
  options: ConfigureOptions = {},
): () => void {
  const baseUrl = absoluteUrl(options.baseUrl ?? api.defaults.baseURL ?? '');
  const tokenSource = typeof tokens === 'function' ? getTokenSource(tokens) : tokens;
  const authentication = createAuthentication({ ...options, tokenSource });

  // Sends a config that is complete: without interceptors, transforms or defaults of its own.
  const transport = api.create();
  for (const key of Object.keys(transport.defaults)) Reflect.deleteProperty(transport.defaults, key);

  async function attempt(config: Config, token: string | null, adapter: Adapter): Promise<Attempt> {
    const headers = config.headers.concat(token === null ? {} : { Authorization: `Bearer ${token}` });
    const sent = { ...config, headers, adapter, transformRequest: [], transformResponse: [] };
    sent.timeout ||= options.timeoutMs ?? 30_000;
    // In Node. A browser follows redirects, and drops the header where the origin changes.
    if (token !== null) sent.maxRedirects = 0;
    try {
      return { response: await transport.request(sent) };
    } catch (error) {
      if (!isRefused(error)) throw error;
      return { response: error.response, error };
    }
  }

  async function send(config: Config, adapter: Adapter): Promise<AxiosResponse> {
    // An interceptor may send this config again: then it is wrapped again.
    config.adapter = adapter;
    const url = new URL(transport.getUri(config), baseUrl);
    const isOurs = url.origin === baseUrl.origin;
    const method = config.method ?? 'get';
    const { response, error } = await authentication.perform<Attempt>({
      method,
      auth: isOurs ? (config.authMode ?? 'required') : 'none',
      signal: config.signal as AbortSignal | undefined,
      resendable: !isReadOnce(config.data),
      send: (token) => attempt(config, token, adapter),
      headOf: (answer) => headOf(answer.response),
      codeOf: (answer) => codeOf(answer.response.data),
      discard: ({ response }) => {
        release(response.data);
      },
    });
    response.config = config;
    if (error) throw Object.assign(error, { config });
    const head = headOf(response);
    if (isOurs && isHtml(head.header('content-type'))) {
      throw new UnexpectedAnswerError('An answer in HTML is not the service’s', head, method);
    }
    return response;
  }

  configured.get(api)?.();
  const interceptor = api.interceptors.request.use((config) => {
    const { adapter } = config;
    if (adapter) config.adapter = (complete) => send(complete, adapter);
    return config;
  });
  const undo = () => {
    api.interceptors.request.eject(interceptor);
  };
  configured.set(api, undo);
  return undo;
}

/** Of an axios request: whether it carries a token. `api.get('/countries', withAuth('none'))` */
export function withAuth<Options extends object>(auth: AuthMode, options?: Options): Options {
  return { ...options, authMode: auth } as unknown as Options;
}

function isRefused(error: unknown): error is Error & { response: AxiosResponse } {
  return error instanceof Error && 'response' in error && Boolean(error.response);
}

function headOf({ status, headers }: AxiosResponse): AnswerHead {
  // Adapters of tests give plain objects.
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  const values = new Map(entries);
  return { status, header: (name) => values.get(name) ?? null };
}

/** An unread stream would keep its connection, and the next attempt may wait for that one. */
function release(body: unknown): void {
  const { destroy, cancel } = (body ?? {}) as { destroy?: () => void; cancel?: () => Promise<void> };
  if (typeof destroy === 'function') destroy.call(body);
  else if (typeof cancel === 'function') cancel.call(body).catch(() => undefined);
}

/** `responseType` decides how a body arrives here, before it is transformed. */
async function codeOf(body: unknown): Promise<string | undefined> {
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return problemIn(new TextDecoder().decode(body))?.code;
  }
  if (typeof Blob !== 'undefined' && body instanceof Blob) return problemIn(await body.text())?.code;
  return problemIn(body)?.code;
}

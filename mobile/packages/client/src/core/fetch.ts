import {
  answerOf,
  headOf,
  isRepeatable,
  NetworkError,
  problemIn,
  RequestTimeoutError,
  UnexpectedAnswerError,
} from './answer-errors.ts';
import {
  createAuthentication,
  type Authentication,
  type AuthenticationOptions,
  type AuthMode,
} from './authentication.ts';
import { abortReason, unref } from './waiting.ts';

declare global {
  /** Of a request by `authFetch`, `client.fetch` or `client.api`; other fetches ignore these. */
  interface RequestInit {
    /** Whether the request carries a token; default `required`. */
    auth?: AuthMode | undefined;
    /** How long the whole answer may take; 0: as long as it takes. */
    timeoutMs?: number | undefined;
  }
}

export interface AuthFetchOptions extends AuthenticationOptions {
  /** The service's URL, absolute: relative URLs start there, and only its origin gets the token. */
  baseUrl: string;
  /** What sends the requests; default: the platform's `fetch`, as it is at the time of each request. */
  fetch?: typeof fetch | undefined;
  /** How long the whole answer may take, for each attempt; default 30,000 ms. */
  timeoutMs?: number | undefined;
}

/**
 * A `fetch` that adds the token and renews it. It gives back answers of any status; `errorOf` reads one.
 * Requests to other origins are sent without a token.
 * @throws AuthError, NetworkError, RequestTimeoutError, or UnexpectedAnswerError: HTML, or a redirect
 */
export function authFetch(
  options: AuthFetchOptions,
  authentication: Authentication = createAuthentication(options),
): typeof fetch {
  const baseUrl = absoluteUrl(options.baseUrl);

  return async (input, init = {}) => {
    const request = typeof input === 'object' && 'headers' in input ? input : undefined;
    const url = resolve(request?.url ?? (input as string | URL).toString(), baseUrl);
    const method = (init.method ?? request?.method ?? 'GET').toUpperCase();
    // openapi-fetch puts options that a Request does not know on the Request.
    const { auth = 'required', timeoutMs = options.timeoutMs ?? 30_000 } = {
      ...ownOptions(request),
      ...init,
    };
    const signal = init.signal ?? request?.signal;
    const acceptsHtml =
      new Headers(init.headers ?? request?.headers).get('accept')?.includes('html') ?? false;

    return authentication
      .perform<Response>({
        method,
        auth: url.origin === baseUrl.origin ? auth : 'none',
        signal,
        resendable: !isReadOnce(init.body),
        async send(token) {
          const headers = new Headers(init.headers ?? request?.headers);
          if (token !== null) headers.set('Authorization', `Bearer ${token}`);
          const deadline = createDeadline(signal, new RequestTimeoutError(timeoutMs, isRepeatable(method)));
          const sent: RequestInit = { ...init, headers, signal: deadline.signal };
          // A redirect could take the token to another origin.
          if (token !== null) sent.redirect = 'manual';
          let response: Response;
          try {
            // A clone each time, since a Request can be sent only once.
            response = await (options.fetch ?? globalThis.fetch)(request?.clone() ?? url.href, sent);
          } catch (error) {
            const late = deadline.error();
            if (late) throw late;
            if (signal?.aborted) throw abortReason(signal);
            throw new NetworkError(`No answer from ${url.origin}`, isRepeatable(method), { cause: error });
          }
          if (token !== null && isRedirect(response, baseUrl)) {
            throw new UnexpectedAnswerError(
              'The service redirected a request with a token',
              headOf(response),
              method,
            );
          }
          return answerOf(tellBrokenBody(response, method), method);
        },
        headOf,
        codeOf: async (response) =>
          problemIn(
            await response
              .clone()
              .text()
              .catch(() => ''),
          )?.code,
        discard: (response) => void response.body?.cancel().catch(() => undefined),
      })
      .then((response) => {
        if (
          url.origin === baseUrl.origin &&
          !acceptsHtml &&
          isHtml(headOf(response).header('content-type'))
        ) {
          throw new UnexpectedAnswerError("An answer in HTML is not the service's", headOf(response), method);
        }
        return response;
      });
  };
}

/** @throws TypeError for what is no http(s) URL. In a browser it may be relative to the page. */
export function absoluteUrl(baseUrl: string): URL {
  const page = (globalThis as { location?: { href?: string } }).location?.href;
  let url: URL;
  try {
    url = new URL(baseUrl, page);
  } catch (error) {
    throw new TypeError(`baseUrl must be an absolute URL, not "${baseUrl}"`, { cause: error });
  }
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`baseUrl must be http or https, not "${baseUrl}"`);
  return url;
}

/** A path is one below `baseUrl`, as it is for openapi-fetch; `//host/path` is another origin. */
function resolve(url: string, baseUrl: URL): URL {
  return /^\/(?!\/)/.test(url) ? new URL(baseUrl.href.replace(/\/+$/, '') + url) : new URL(url, baseUrl);
}

export function isHtml(contentType: string | null): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)/i.test(contentType ?? '');
}

/** A stream or an iterator is used up by the first attempt; strings, bytes, files and forms are not. */
export function isReadOnce(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return 'getReader' in body || 'pipe' in body || Symbol.asyncIterator in body;
}

function ownOptions(request: Request | undefined): Pick<RequestInit, 'auth' | 'timeoutMs'> {
  const { auth, timeoutMs } = (request ?? {}) as Pick<RequestInit, 'auth' | 'timeoutMs'>;
  return { ...(auth && { auth }), ...(timeoutMs !== undefined && { timeoutMs }) };
}

function isRedirect(response: Response, baseUrl: URL): boolean {
  if (response.type === 'opaqueredirect') return true;
  if ([301, 302, 303, 307, 308].includes(response.status)) return true;
  // React Native follows redirects, whatever it is told. Responses that tests make have no URL.
  return response.url !== '' && new URL(response.url).origin !== baseUrl.origin;
}

/** A body that breaks off is an error of the network, too. fetch says so by a TypeError. */
function tellBrokenBody(response: Response, method: string): Response {
  for (const read of ['arrayBuffer', 'blob', 'formData', 'json', 'text'] as const) {
    const original = response[read].bind(response) as () => Promise<never>;
    response[read] = async () => {
      const isSecond = response.bodyUsed;
      try {
        return await original();
      } catch (error) {
        if (isSecond || !(error instanceof TypeError)) throw error;
        throw new NetworkError('The answer broke off', isRepeatable(method), { cause: error });
      }
    };
  }
  return response;
}

/** Aborts with the caller's signal, or when the time is over: also amid a body that never ends. */
function createDeadline(signal: AbortSignal | undefined | null, late: RequestTimeoutError) {
  const controller = new AbortController();
  let isOver = false;
  const stop = () => {
    if (signal) controller.abort(abortReason(signal));
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  if (late.timeoutMs > 0) {
    const timer = setTimeout(() => {
      isOver = true;
      signal?.removeEventListener('abort', stop);
      controller.abort(late);
    }, late.timeoutMs);
    unref(timer);
  }
  // React Native's fetch does not reject with the reason of the signal.
  return { signal: controller.signal, error: () => (isOver ? late : undefined) };
}

import { operationAt, schemaErrors } from './document.js';
import { noteStatus } from './statuses-seen.js';

const PREFIX = '/api/v2';

export interface ApiResponse {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, else text. */
  body: unknown;
}

export interface RequestOptions {
  /** Sent as JSON; a string or buffer is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * Calls the app over HTTP, and compares each answer with the document: an undocumented status, media type
 * or body fails the test. Paths are relative to `/api/v2`, or to the server's root when they start with `//`.
 */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly authorization?: string,
  ) {}

  async request(
    method: string,
    path: string,
    { body, headers = {} }: RequestOptions = {},
  ): Promise<ApiResponse> {
    const address = new URL(path.startsWith('//') ? path.slice(1) : PREFIX + path, this.url);
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const response = await fetch(address, {
      method,
      headers: {
        ...(this.authorization === undefined ? {} : { authorization: this.authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string) }),
    });
    const text = await response.text();
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
    const parsed: unknown = mediaType.endsWith('json') && text !== '' ? JSON.parse(text) : text;
    assertDocumented(method, address.pathname, response.status, mediaType, parsed);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** The body of an answer with this status; any other status fails the test. */
  async call<T = Record<string, unknown>>(
    status: number,
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<T> {
    const response = await this.request(method, path, options);
    if (response.status !== status) {
      throw new Error(
        `${method} ${path}: ${response.status} instead of ${status}: ${JSON.stringify(response.body)}`,
      );
    }
    return response.body as T;
  }

  get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.call<T>(200, 'GET', path);
  }

  /** `code` of the problem this request is answered with, after the status, e.g. `404 user_not_found`. */
  async problem(method: string, path: string, options: RequestOptions = {}): Promise<string> {
    const { status, headers, body } = await this.request(method, path, options);
    const { code, requestId, status: inner } = body as Record<string, unknown>;
    if (headers.get('content-type')?.startsWith('application/problem+json') !== true || inner !== status) {
      throw new Error(`${method} ${path}: ${status} is no problem+json: ${JSON.stringify(body)}`);
    }
    if (requestId !== headers.get('x-request-id')) throw new Error(`${method} ${path}: request ids differ`);
    return `${status} ${String(code)}`;
  }
}

function assertDocumented(
  method: string,
  pathname: string,
  status: number,
  mediaType: string,
  body: unknown,
): void {
  const operation = operationAt(method, pathname);
  if (operation === undefined) return;
  const documented = operation.responses[String(status)];
  noteStatus(operation.operationId, status);
  const where = `${method} ${pathname} → ${status}`;
  if (documented === undefined) throw new Error(`${where} is not documented: ${JSON.stringify(body)}`);
  if (documented.content === undefined) {
    if (body !== '') throw new Error(`${where} has a body, but none is documented`);
    return;
  }
  const media = documented.content[mediaType];
  if (media === undefined) throw new Error(`${where}: media type ${mediaType} is not documented`);
  const errors = schemaErrors(media.schema, body);
  if (errors.length > 0)
    throw new Error(`${where} breaks its schema: ${errors.join('; ')}: ${JSON.stringify(body)}`);
}

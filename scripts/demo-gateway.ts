import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream';

export interface GatewaySettings {
  /** The export of the app, with its `index.html`. */
  folder: string;
  port: number;
  /** 127.0.0.1, or 0.0.0.0 for the devices of this network. */
  host: string;
  apiUrl: string;
  clerkUrl: string;
  publishableKey: string;
}

export interface Gateway {
  url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
};
/** Of one connection only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'];

/**
 * Serves the app, the API below `/api/v2` and Clerk's Frontend API below `/__clerk` at one origin: no CORS,
 * and Clerk's cookies are the app's own.
 */
export async function startGateway(settings: GatewaySettings): Promise<Gateway> {
  const server = createServer((request, response) => {
    if (!isAddress(request.headers.host)) {
      answer(response, 403, 'text/plain', 'Only IP addresses and localhost are served here.\n');
      return;
    }
    // Not relative to an origin: `//other.example/` would be another one.
    const url = URL.parse(`http://gateway${request.url ?? '/'}`);
    if (url === null) answer(response, 400, 'text/plain', 'No such address.\n');
    else if (url.pathname.startsWith('/api/v2/')) forward(request, response, url, settings.apiUrl);
    else if (url.pathname.startsWith('/__clerk/')) forward(request, response, url, settings.clerkUrl);
    else void serveFile(request, response, url.pathname, settings);
  });
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${settings.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Against DNS rebinding: the local Clerk trusts who reaches it, so no page may come by another name. */
function isAddress(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, search }: URL,
  targetUrl: string,
): void {
  const target = new URL(targetUrl + pathname + search);
  const headers = { ...request.headers, host: target.host };
  if (headers.origin === `http://${request.headers.host ?? ''}`) headers.origin = target.origin;
  for (const name of HOP_BY_HOP) Reflect.deleteProperty(headers, name);
  const upstream = send(target, { method: request.method ?? 'GET', headers });
  upstream.on('response', (answered) => {
    for (const name of HOP_BY_HOP) Reflect.deleteProperty(answered.headers, name);
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    pipeline(answered, response, () => undefined);
  });
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else answer(response, 502, 'text/plain', `${target.origin} does not answer.\n`);
  });
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

async function serveFile(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  { folder, publishableKey }: GatewaySettings,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    answer(response, 405, 'text/plain', 'GET or HEAD\n', { allow: 'GET, HEAD' });
    return;
  }
  const file = fileBelow(folder, pathname);
  const type = TYPES[path.extname(file ?? '')];
  const body =
    file === undefined || type === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (type !== undefined && body !== undefined && pathname !== '/index.html') {
    // Names below `_expo` and `assets` have a hash of their content.
    const isHashed = /^\/(_expo|assets)\//.test(pathname);
    const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
    answer(response, 200, type, body, { 'cache-control': caching });
    return;
  }
  // A route of the app: the app itself says when it does not know one.
  if (headers.accept?.includes('text/html') === true || pathname === '/') {
    const page = await readFile(path.join(folder, 'index.html'), 'utf8');
    const named = page.replace(
      '</head>',
      `<meta name="clerk-publishable-key" content="${publishableKey}" /></head>`,
    );
    answer(response, 200, 'text/html; charset=utf-8', named, { 'cache-control': 'no-cache' });
    return;
  }
  answer(response, 404, 'text/plain', 'There is no such file.\n');
}

/** Undefined for what is outside the folder or no name of a file. */
function fileBelow(folder: string, pathname: string): string | undefined {
  try {
    const file = path.join(folder, decodeURIComponent(pathname));
    return file.startsWith(folder + path.sep) && !file.includes('\0') ? file : undefined;
  } catch {
    return undefined;
  }
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

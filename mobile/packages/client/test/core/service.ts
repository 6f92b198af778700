import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Without `Bearer `; undefined without the header. */
  token: string | undefined;
  body: string;
}

/**
 * What to answer; `status` alone is an empty body. `hang`: nothing at all. `close`: ends the connection,
 * `break`: amid the body.
 */
export type Answer =
  | { status: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | 'hang'
  | 'close'
  | 'stall'
  | 'break';

export interface Service {
  url: string;
  /** All requests so far, oldest first. */
  received: ReceivedRequest[];
  /** Decides about each request; a promise holds its answer. */
  answer: (request: ReceivedRequest) => Answer | Promise<Answer>;
  /** Resolves when that many requests have come. */
  receivedCount: (count: number) => Promise<void>;
}

export const OK: Answer = { status: 200, json: { ok: true } };

export function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  const json = {
    type: `/problems/${code.replaceAll('_', '-')}`,
    title: code,
    status,
    detail: `It is ${code}`,
    code,
  };
  return { status, json, headers: { 'content-type': 'application/problem+json', ...headers } };
}

/** Refuses the tokens that were sent so far, as a service does whose clock is ahead. */
export function refusing(...tokens: (string | undefined)[]) {
  return ({ token }: ReceivedRequest): Answer =>
    tokens.includes(token) ? problem(401, 'token_expired') : OK;
}

/** A server on loopback that answers as a test says, until the test ends. */
export async function startService(answer: Service['answer'] = () => OK): Promise<Service> {
  const server = createServer((request, response) => {
    void (async () => {
      const received = await receive(request);
      service.received.push(received);
      server.emit('received');
      const given = await service.answer(received);
      if (given === 'hang') return;
      if (given === 'close') return void request.socket.destroy();
      if (given === 'stall') {
        response.writeHead(200, { 'content-type': 'application/json' });
        return void response.write('{"never":');
      }
      if (given === 'break') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"never":', () => request.socket.destroy());
        return;
      }
      const { status, headers, json, text } = given;
      response.writeHead(status, {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        'access-control-allow-origin': '*',
        ...headers,
      });
      response.end(json === undefined ? text : JSON.stringify(json));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => stop(server));
  const service: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer,
    receivedCount: async (count) => {
      while (service.received.length < count) await once(server, 'received');
    },
  };
  return service;
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  const token = headers.authorization?.replace(/^Bearer /, '');
  return { method, path: url, headers, token, body: Buffer.concat(chunks).toString() };
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

/** Holds what awaits `opened` until `open` is called. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Cors } from './cors.js';
import { PROBLEMS, problemBody, type ProblemCode, ProblemError } from '../problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

const CODE_BY_ERROR: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** As Node knows it: all else comes to `checkExpectation`. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Answers what Node can't read as HTTP, so no request ever comes of it: the same problem as anywhere else, written by hand,
 * and the end of the connection.
 * @returns what was answered; undefined when nobody is there, or an answer is under way
 */
export function answerClientError(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Socket,
  cors: Cors,
): { requestId: string; code: ProblemCode } | undefined {
  // Gone, or amid an answer that a second one would garble.
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return undefined;
  }
  const code = CODE_BY_ERROR[error.code ?? ''] ?? 'validation_failed';
  const { status } = PROBLEMS[code];
  const requestId = randomUUID();
  const detail = code === 'validation_failed' ? 'The request is not valid HTTP.' : undefined;
  const body = JSON.stringify(problemBody(code, requestId, detail));
  const request = answerOf(socket)?.req;
  const headers = {
    ...SECURITY_HEADERS,
    ...(request === undefined
      ? cors.headersForUnread(error.rawPacket)
      : cors.headersFor(request.headers.origin)),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  socket.destroySoon();
  return { requestId, code };
}

/**
 * Answers by a problem what Node would answer by a bare status: a request without `Host` (400), and an expectation other than
 * `100-continue` (417).
 */
export function refuseAsHttp(instance: FastifyInstance): void {
  const { server } = instance;
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
  instance.addHook('onRequest', ({ raw: { headers, httpVersion } }, _reply, done) => {
    if (headers.host === undefined && httpVersion === '1.1')
      done(new ProblemError('validation_failed', 'The Host header is missing.'));
    else if (headers.expect !== undefined && !CONTINUE.test(headers.expect))
      done(new ProblemError('expectation_failed'));
    else done();
  });
}

function isAnswering(socket: Socket): boolean {
  return answerOf(socket)?.headersSent === true;
}

/** Node keeps the answer under way at the socket, and has no API for it. */
function answerOf(socket: Socket): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}

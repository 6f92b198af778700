import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { onRequestHookHandler } from 'fastify';
import type { Cors } from './cors.js';
import { PROBLEMS, problemBody, type ProblemCode, ProblemError } from '../problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

const CODE_BY_ERROR: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Node's own test; any other expectation comes to `checkExpectation`. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Answers what Node can't parse as HTTP, which never becomes a request: the usual problem, written by
 * hand, then the end of the connection.
 * @returns what was answered; undefined when the caller is gone, or an answer is under way
 */
export function answerClientError(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Socket,
  cors: Cors,
): { requestId: string; code: ProblemCode } | undefined {
  // Gone, or amid an answer that a second one would corrupt.
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

/** Passes an `Expect` header that Node would answer with a bare 417 on to `refuseHead`. */
export function passExpectations(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/**
 * onRequest: a problem where Node would send a bare status: no `Host` (400), an unknown expectation (417).
 */
export const refuseHead: onRequestHookHandler = ({ raw: { headers, httpVersion } }, _reply, done) => {
  if (headers.host === undefined && httpVersion === '1.1')
    done(new ProblemError('validation_failed', 'The Host header is missing.'));
  else if (headers.expect !== undefined && !CONTINUE.test(headers.expect))
    done(new ProblemError('expectation_failed'));
  else done();
};

function isAnswering(socket: Socket): boolean {
  return answerOf(socket)?.headersSent === true;
}

/** Node keeps the answer under way at the socket, and has no API for it. */
function answerOf(socket: Socket): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}

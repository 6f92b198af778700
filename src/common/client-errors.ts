import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEMS, problemBody, type ProblemCode } from './problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

const CODE_BY_ERROR: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/**
 * Answers what Node can't read as HTTP, so no request ever comes of it: the same problem as anywhere else, written by hand,
 * and the end of the connection.
 * @returns what was answered; undefined when nobody is there, or an answer is under way
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
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
  const headers = {
    ...SECURITY_HEADERS,
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

/** Node keeps the answer under way at the socket, and tells nobody. */
function isAnswering(socket: Socket): boolean {
  return (socket as { _httpMessage?: { headersSent?: boolean } | null })._httpMessage?.headersSent === true;
}

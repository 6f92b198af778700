import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An answer as it came. */
export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Headers;
  body: string;
}

/**
 * Sends bytes, and reads until the server ends the connection: what no HTTP client would send.
 * @param request the head and what follows it; ask for `Connection: close` where the server wouldn't close
 */
export async function rawHttp(url: string, ...request: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  for (const part of request) socket.write(part);
  const answer = (await buffer(socket)).toString();
  socket.destroy();
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') };
}

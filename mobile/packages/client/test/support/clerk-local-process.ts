// Runs clerk-local, and beside it a server whose GET / lists what it answered. Prints one line of JSON.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that clerk-local got, in any of its instances. */
export interface AnsweredRequest {
  /** E.g. `POST /__clerk/i0123/v1/client/sign_ups`. */
  request: string;
  /** Of an app: the token of its client. */
  authorization: string | undefined;
  body: unknown;
  status: number;
}

// Not part of this workspace, nor of its types.
const program = '../../../../../packages/clerk-local/src/clerk-local.ts';
const { startClerkLocal } = (await import(program)) as {
  startClerkLocal: (options: { onAnswer: (exchange: Exchange) => void }) => Promise<{ url: string }>;
};

interface Exchange {
  method: string;
  path: string;
  requestHeaders: Record<string, string | undefined>;
  requestBody: unknown;
  status: number;
}

const answered: AnsweredRequest[] = [];
const clerk = await startClerkLocal({
  onAnswer: ({ method, path, requestHeaders: { authorization }, requestBody: body, status }) => {
    answered.push({ request: `${method} ${path.split('?')[0] ?? ''}`, authorization, body, status });
  },
});

const log = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answered));
});
log.listen(0, '127.0.0.1', () => {
  const { port } = log.address() as AddressInfo;
  console.log(JSON.stringify({ url: clerk.url, logUrl: `http://127.0.0.1:${port}` }));
});

// Ends with the tests, however they end.
process.stdin.on('end', () => process.exit()).resume();

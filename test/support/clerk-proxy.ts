import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Changes an answer of Clerk's Backend API: another body, and another status where given. */
export type Rewrite = (path: string, body: string) => Rewritten | Promise<Rewritten>;
type Rewritten = string | { status: number; body: string };

/** A proxy between the app and a local Clerk that can change or hold answers. */
export interface ClerkProxy {
  url: string;
  rewrite(how: Rewrite | undefined): void;
  /** Keeps the answer to the next request that matches until it is released. */
  holdNext(matches: (method: string, path: string) => boolean): {
    caught: Promise<void>;
    release: () => void;
  };
  close(): Promise<void>;
}

export async function startClerkProxy(clerkUrl: () => string): Promise<ClerkProxy> {
  let rewrite: Rewrite | undefined;
  const holds = new Set<{
    matches: (method: string, path: string) => boolean;
    take: () => Promise<unknown>;
  }>();
  const forward = async (request: IncomingMessage) => {
    const body = await buffer(request);
    const answer = await fetch(new URL(request.url ?? '/', clerkUrl()), {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const text = await answer.text();
    const hold = [...holds].find(({ matches }) => matches(request.method ?? '', request.url ?? ''));
    if (hold !== undefined) {
      holds.delete(hold);
      await hold.take();
    }
    const rewritten = (await rewrite?.(request.url ?? '/', text)) ?? text;
    return typeof rewritten === 'string' ? { status: answer.status, body: rewritten } : rewritten;
  };
  const server = createServer((request, response) => {
    forward(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rewrite: (how) => {
      rewrite = how;
    },
    holdNext: (matches) => {
      const caught = Promise.withResolvers<undefined>();
      const released = Promise.withResolvers<undefined>();
      const take = () => {
        caught.resolve(undefined);
        return released.promise;
      };
      holds.add({ matches, take });
      const release = () => {
        released.resolve(undefined);
      };
      return { caught: caught.promise, release };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

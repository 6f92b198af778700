import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';

export const OLD_TOKEN = 'token-1';

/** Refuses the first token: all at the same time, or the n-th request after n × `apartMs`. */
export async function startService(apartMs: number): Promise<{ url: string; stop: () => void }> {
  let refused = 0;
  const server = createServer((request, response) => {
    void (async () => {
      let size = 0;
      for await (const chunk of request) size += (chunk as Buffer).length;
      const isOld = request.headers.authorization === `Bearer ${OLD_TOKEN}`;
      if (isOld) await after(apartMs * refused++);
      const isWhole = request.method === 'GET' || size === Number(request.headers['x-size']);
      response.writeHead(isOld ? 401 : isWhole ? 200 : 400, { 'content-type': 'application/json' });
      response.end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A provider as Clerk's: a cached token, and a refresh of 60 ms for each call with `skipCache`. */
export class Provider {
  refreshes = 0;
  #token = OLD_TOKEN;

  getToken = async (options: { skipCache?: boolean } = {}): Promise<string> => {
    if (options.skipCache) {
      this.refreshes += 1;
      const fresh = `token-${this.refreshes + 1}`;
      await after(60);
      this.#token = fresh;
    }
    return this.#token;
  };
}

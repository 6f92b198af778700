import { PassThrough } from 'node:stream';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';

/** Server-sent events: the names of the collections that have changed, e.g. `["users","sessions"]`. */
export function eventRoutes(api: Server): void {
  api.get('/events', (request, reply) => {
    const { store } = instanceOf(request);
    const stream = new PassThrough();
    let changed = new Set<string>();
    const send = (): void => {
      // A page that is slow to read gets what it missed in one event.
      if (changed.size === 0 || stream.writableNeedDrain) return;
      stream.write(`data: ${JSON.stringify([...changed])}\n\n`);
      changed = new Set();
    };
    const stop = store.onChange((collection) => {
      if (changed.size === 0) setImmediate(send);
      changed.add(collection);
    });
    stream.on('drain', send).once('close', stop);
    stream.write('retry: 1000\n\n');
    return reply.type('text/event-stream').send(stream);
  });
}

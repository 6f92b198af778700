import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';

/** E-mails and text messages that were "sent". */
export function mailRoutes(api: Server): void {
  /** Newest first. */
  api.get('/mails', (request) => ({ items: instanceOf(request).store.mails.all().reverse() }));

  api.delete('/mails', (request, reply) => {
    const { mails } = instanceOf(request).store;
    for (const { id } of mails.all()) mails.delete(id);
    return reply.status(204).send();
  });
}

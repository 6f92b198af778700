import type { Instance } from '../server/instance.ts';
import { instanceOf, instancesOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';

export function instanceRoutes(api: Server): void {
  /** The keys of the instance, for tests in any language. */
  api.get('/instance', (request) => keys(instanceOf(request)));

  /** The main instance first. */
  api.get('/instances', (request) => {
    const { main } = instancesOf(request);
    const items = instancesOf(request)
      .all()
      .map(({ id, secretKey, store }) => ({
        id,
        secretKey,
        isMain: id === main.id,
        users: store.users.size,
      }));
    return { items };
  });
}

function keys({ id, secretKey, publishableKey, proxyUrl, webhookSecret, issuer, tokens }: Instance): object {
  return { id, secretKey, publishableKey, proxyUrl, webhookSecret, issuer, jwtKey: tokens.jwtKey };
}

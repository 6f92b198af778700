import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { environmentJson } from './environment-json.ts';

export function environmentRoutes(api: Server): void {
  api.get('/v1/environment', (request) => environmentJson(instanceOf(request)));
  // Browsers of development instances "touch" it: Clerk notes the origin.
  api.patch('/v1/environment', (request) => environmentJson(instanceOf(request)));
}

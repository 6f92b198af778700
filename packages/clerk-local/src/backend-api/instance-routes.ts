import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';

export function instanceRoutes(api: Server): void {
  api.get('/jwks', (request) => instanceOf(request).tokens.jwks);

  api.get('/instance', (request) => ({
    object: 'instance',
    id: instanceOf(request).id,
    environment_type: 'development',
    allowed_origins: null,
    workspace_id: null,
  }));
}

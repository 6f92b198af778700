import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { setBanned, setLocked } from '../store/users.ts';
import { userPath } from './user-routes.ts';

const MAX_USERS = 50;

const severalUsers = z.strictObject({ user_ids: z.array(z.string()).min(1) });

/** Bans and locks. */
export function userStatusRoutes(api: Server): void {
  for (const [path, isBanned] of [
    ['ban', true],
    ['unban', false],
  ] as const) {
    api.post(`/users/:user_id/${path}`, { schema: { params: userPath } }, (request) =>
      setBanned(instanceOf(request).store, request.params.user_id, isBanned),
    );

    // All of them, or with an unknown id none of them.
    api.post(`/users/${path}`, { schema: { body: severalUsers } }, (request) => {
      const { store } = instanceOf(request);
      const ids = [...new Set(request.body.user_ids)];
      if (ids.length > MAX_USERS) {
        const text = `Parameters exceed the maximum allowed bulk processing size of ${MAX_USERS}.`;
        throw clerkError(400, 'bulk_size_exceeded', 'bulk size exceeded', text);
      }
      for (const id of ids) store.users.get(id);
      return ids.map((id) => setBanned(store, id, isBanned));
    });
  }

  api.post('/users/:user_id/lock', { schema: { params: userPath } }, (request) =>
    setLocked(instanceOf(request).store, request.params.user_id, true),
  );
  api.post('/users/:user_id/unlock', { schema: { params: userPath } }, (request) =>
    setLocked(instanceOf(request).store, request.params.user_id, false),
  );
}

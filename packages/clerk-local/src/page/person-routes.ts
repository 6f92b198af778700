import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { allUsers } from '../store/find-users.ts';
import type { User } from '../store/user-json.ts';

const TOKEN_SECONDS = 60;

const userPath = z.object({ user_id: z.string() });

/** A user, for a page that offers users to choose from. */
export interface LocalPerson {
  id: string;
  name: string;
  email: string | null;
  role: string | null;
  banned: boolean;
}

/** What pages of other ports of this machine may read. */
export function personRoutes(api: Server): void {
  api.get('/users', (request) => ({
    items: allUsers(instanceOf(request).store).map(describePerson),
  }));

  api.get('/users/:user_id/token', { schema: { params: userPath } }, (request) => {
    const instance = instanceOf(request);
    const token = instance.tokenOfUser(request.params.user_id, TOKEN_SECONDS);
    return { token, expiresAt: new Date(instance.store.now() + TOKEN_SECONDS * 1000).toISOString() };
  });
}

export function describePerson(user: User): LocalPerson {
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address;
  const { role } = user.public_metadata;
  return {
    id: user.id,
    name: name === '' ? (user.username ?? '(no name)') : name,
    email: email ?? null,
    role: typeof role === 'string' ? role : null,
    banned: user.banned,
  };
}

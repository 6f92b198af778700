import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { allUsers, getUser } from '../store/find-users.ts';
import { allSessions } from '../store/sessions.ts';
import type { User } from '../store/user-json.ts';
import { newUserParameters, userChangesParameters } from '../store/user-parameters.ts';
import { createUser, deleteUser, setBanned, setLocked, updateUser } from '../store/users.ts';
import { describePerson } from './person-routes.ts';

const userPath = z.object({ user_id: z.string() });
const schema = { params: userPath };
const searchParameters = z.object({
  query: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

/** Users for the page: whole, with their private metadata. */
export function userRoutes(api: Server): void {
  /** Newest first; `query` is a part of a name, an id, an e-mail address or a phone number. */
  api.get('/user-list', { schema: { querystring: searchParameters } }, (request) => {
    const { query, limit, offset } = request.query;
    const users = allUsers(instanceOf(request).store).reverse();
    const found = users.filter((user) => matches(user, query.trim().toLowerCase()));
    return { items: found.slice(offset, offset + limit), total: found.length, all: users.length };
  });

  api.get('/users/:user_id', { schema }, (request) => {
    const { store } = instanceOf(request);
    const user = getUser(store, request.params.user_id);
    const sessions = allSessions(store).filter(({ user_id: id }) => id === user.id);
    return { user, person: describePerson(user), sessions: sessions.reverse() };
  });

  api.post('/users', { schema: { body: newUserParameters } }, (request) =>
    createUser(instanceOf(request).store, request.body),
  );

  api.patch('/users/:user_id', { schema: { ...schema, body: userChangesParameters } }, (request) =>
    updateUser(instanceOf(request).store, request.params.user_id, request.body),
  );

  api.delete('/users/:user_id', { schema }, (request) =>
    deleteUser(instanceOf(request).store, request.params.user_id),
  );

  for (const [action, change] of Object.entries({
    ban: [setBanned, true],
    unban: [setBanned, false],
    lock: [setLocked, true],
    unlock: [setLocked, false],
  } as const)) {
    api.post(`/users/:user_id/${action}`, { schema }, (request) =>
      change[0](instanceOf(request).store, request.params.user_id, change[1]),
    );
  }
}

function matches(user: User, query: string): boolean {
  const { name } = describePerson(user);
  const emails = user.email_addresses.map(({ email_address: email }) => email);
  const phones = user.phone_numbers.map(({ phone_number: phone }) => phone);
  return [name, user.id, user.username, user.external_id, ...emails, ...phones].some((text) =>
    text?.toLowerCase().includes(query),
  );
}

import { clerkError } from '../store/errors.ts';
import { type Route, ok, route } from '../server/http.ts';
import { page } from './page.ts';
import type { User } from '../store/user-json.ts';
import type { Delivery } from '../webhooks/webhooks.ts';

const TOKEN_SECONDS = 60;

/** Routes that Clerk does not have: a page and endpoints for developers on this machine. They need no key. */
export const localRoutes: Route[] = [
  route('GET', '/', (_call, instance) => page(instance)),
  route('GET', '/_local/users', (_call, instance) => ok({ items: instance.users.all().map(describePerson) })),
  route('GET', '/_local/users/:id/token', async ({ params }, instance) => {
    const token = await instance.tokenOfUser(params['id'] ?? '', TOKEN_SECONDS);
    return ok({ token, expiresAt: new Date(Date.now() + TOKEN_SECONDS * 1000).toISOString() });
  }),
  route('POST', '/_local/users', async ({ body }, instance) => ok(await instance.createUser(body))),
  route('PATCH', '/_local/users/:id', async ({ params, body }, instance) =>
    ok(await instance.updateUser(params['id'] ?? '', body)),
  ),
  route('DELETE', '/_local/users/:id', async ({ params }, instance) =>
    ok(await instance.deleteUser(params['id'] ?? '')),
  ),
  route('POST', '/_local/users/:id/ban', async ({ params }, instance) =>
    ok(await instance.setBanned(params['id'] ?? '', true)),
  ),
  route('POST', '/_local/users/:id/unban', async ({ params }, instance) =>
    ok(await instance.setBanned(params['id'] ?? '', false)),
  ),
  route('GET', '/_local/deliveries', (_call, instance) =>
    ok({ items: instance.webhooks.all().reverse().map(deliveryJson) }),
  ),
  route('POST', '/_local/deliveries/:svixId/resend', ({ params }, instance) => {
    if (!instance.webhooks.resend(params['svixId'] ?? '')) {
      throw clerkError(404, 'resource_not_found', 'not found', 'No delivery was found with this svix-id');
    }
    return { status: 202, json: { svixId: params['svixId'] } };
  }),
];

/** A user, for a page that offers users to choose from. */
export interface LocalPerson {
  id: string;
  name: string;
  email: string | null;
  role: string | null;
  banned: boolean;
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

function deliveryJson(delivery: Delivery): object {
  const { svixId, type, state, attempts, createdAt, nextAttemptAt, body } = delivery;
  return {
    svixId,
    type,
    state,
    createdAt: new Date(createdAt).toISOString(),
    nextAttemptAt: state === 'pending' ? new Date(nextAttemptAt).toISOString() : null,
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    event: JSON.parse(body) as unknown,
  };
}

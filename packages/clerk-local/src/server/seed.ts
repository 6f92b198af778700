import { putJwtTemplate } from '../store/jwt-templates.ts';
import { parse } from '../store/parse.ts';
import { type SeedOptions, seedParameters } from '../store/seed-parameters.ts';
import { createSession } from '../store/sessions.ts';
import { createTicket } from '../store/tickets.ts';
import type { SignInToken } from '../store/token-records.ts';
import { createUser } from '../store/users.ts';
import { DEFAULT_ENDPOINT_ID } from '../store/messages.ts';
import { createEndpoint } from '../store/webhook-endpoints.ts';
import type { Instance } from './instance.ts';
import { newTicket } from './new-ticket.ts';

/**
 * Fills an instance: users, and what belongs to them, when it has no users yet; templates and endpoints when
 * it has none of their kind. @throws an error that names the entry
 */
export function seed(instance: Instance, options: SeedOptions): void {
  const { store } = instance;
  const { settings, users, sessions, sign_in_tokens: tokens, ...others } = parse(seedParameters, options);
  const isNew = store.users.size === 0;
  if (store.jwtTemplates.size === 0) {
    each('jwt_templates', others.jwt_templates, (template) => putJwtTemplate(store, template));
  }
  // Before the users, whose events go there.
  if (store.webhookEndpoints.all().every(({ id }) => id === DEFAULT_ENDPOINT_ID)) {
    each('webhook_endpoints', others.webhook_endpoints, (endpoint) => createEndpoint(store, endpoint));
  }
  if (!isNew) return;
  if (settings) store.changeSettings(settings);
  each('users', users, (user) => createUser(store, user));
  each('sessions', sessions, ({ user_id: userId }) => createSession(store, userId));
  each('sign_in_tokens', tokens, ({ user_id: userId, token, expires_in_seconds: lifetime }) => {
    store.users.get(userId);
    const ticket = newTicket(instance, 'sign_in_token', lifetime);
    const fixed = token === undefined ? {} : { token, url: ticket.url.replace(ticket.token, token) };
    createTicket<SignInToken>(store, { ...ticket, ...fixed, kind: 'sign_in_token', user_id: userId });
  });
}

function each<T>(list: string, entries: readonly T[], create: (entry: T) => unknown): void {
  for (const [index, entry] of entries.entries()) {
    try {
      create(entry);
    } catch (error) {
      throw new SeedError(`seed: ${list}[${index}]: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** An entry of a seed that can't be created, e.g. for an e-mail address that another user has. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

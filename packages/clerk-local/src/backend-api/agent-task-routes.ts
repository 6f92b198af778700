import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Instance } from '../server/instance.ts';
import { newTicket } from '../server/new-ticket.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import { findUserByIdentifier } from '../store/identifiers.ts';
import { checkRedirectUrl } from '../store/redirect-url.ts';
import type { Store } from '../store/store.ts';
import { createTicket, revokeTicket } from '../store/tickets.ts';
import type { AgentTask } from '../store/token-records.ts';
import { type AgentTaskJson, agentTaskJson } from './ticket-json.ts';

/** Clerk's document names no lifetime; its URL is meant to be opened at once. */
const LIFETIME_S = 600;

const taskPath = z.object({ agent_task_id: z.string() });

const taskParameters = z.strictObject({
  on_behalf_of: z.strictObject({ user_id: z.string().optional(), identifier: z.string().optional() }),
  permissions: z.literal('*'),
  agent_name: z.string().min(1),
  task_description: z.string().min(1),
  redirect_url: z.string(),
  session_max_duration_in_seconds: z.int().min(1).max(315_360_000).default(1800),
});

export function agentTaskRoutes(api: Server): void {
  api.post(
    '/agents/tasks',
    { schema: { body: taskParameters } },
    (request): AgentTaskJson & { url: string } => {
      const instance = instanceOf(request);
      const { on_behalf_of: person, permissions: _, ...parameters } = request.body;
      const task = createTicket<AgentTask>(instance.store, {
        ...newTicket(instance, 'agent_task', LIFETIME_S, '/v1/agents/tasks'),
        ...parameters,
        redirect_url: checkRedirectUrl(parameters.redirect_url),
        kind: 'agent_task',
        user_id: userOf(instance.store, person),
        agent_id: agentId(instance, parameters.agent_name),
      });
      return { ...agentTaskJson(task), url: task.url };
    },
  );

  api.post('/agents/tasks/:agent_task_id/revoke', { schema: { params: taskPath } }, (request) =>
    agentTaskJson(
      revokeTicket<AgentTask>(instanceOf(request).store, 'agent_task', request.params.agent_task_id),
    ),
  );
}

function userOf(store: Store, person: { user_id?: string | undefined; identifier?: string | undefined }) {
  const { user_id: userId, identifier } = person;
  if ((userId === undefined) === (identifier === undefined)) {
    const text = 'Exactly one of `user_id` and `identifier` must be provided.';
    throw parameterError('form_param_value_invalid', 'on_behalf_of', 'is invalid', text);
  }
  if (userId !== undefined) return store.users.get(userId).id;
  const user = findUserByIdentifier(store, identifier ?? '');
  if (user) return user.id;
  throw clerkError(404, 'resource_not_found', 'not found', 'No user was found with this identifier.');
}

/** The same for the same name, in one instance. */
function agentId({ id }: Instance, agentName: string): string {
  return `agent_${hash('sha256', `${id} ${agentName}`).slice(0, 27)}`;
}

import type { Actor } from '../store/session-json.ts';
import type { ActorToken, AgentTask, SignInToken } from '../store/token-records.ts';

interface TicketJson {
  id: string;
  user_id: string;
  status: 'pending' | 'accepted' | 'revoked';
  token: string;
  url: string;
  created_at: number;
  updated_at: number;
}

export interface SignInTokenJson extends TicketJson {
  object: 'sign_in_token';
}

export interface ActorTokenJson extends TicketJson {
  object: 'actor_token';
  actor: Actor;
}

export interface AgentTaskJson {
  object: 'agent_task';
  agent_id: string;
  agent_task_id: string;
  /** Clerk's older name of `agent_task_id`. */
  task_id: string;
}

export function signInTokenJson(ticket: SignInToken): SignInTokenJson {
  return { object: 'sign_in_token', ...ticketJson(ticket) };
}

export function actorTokenJson(ticket: ActorToken): ActorTokenJson {
  return { object: 'actor_token', ...ticketJson(ticket), actor: ticket.actor };
}

/** Only the answer to its creation has its `url`. */
export function agentTaskJson({ id, agent_id }: AgentTask): AgentTaskJson {
  return { object: 'agent_task', agent_id, agent_task_id: id, task_id: id };
}

function ticketJson(ticket: SignInToken | ActorToken): TicketJson {
  const { id, user_id, status, token, url, created_at, updated_at } = ticket;
  return { id, user_id, status, token, url, created_at, updated_at };
}

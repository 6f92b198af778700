import type { Actor } from './session-json.ts';

/** Tokens and templates of the Backend API; times in ms since 1970. */

/** A token that signs a user in, once: the `ticket` of a sign-in. */
interface Ticket {
  id: string;
  user_id: string;
  status: 'pending' | 'accepted' | 'revoked';
  token: string;
  url: string;
  created_at: number;
  updated_at: number;
  expires_at: number;
}

export interface SignInToken extends Ticket {
  kind: 'sign_in_token';
}

export interface ActorToken extends Ticket {
  kind: 'actor_token';
  actor: Actor;
  session_max_duration_in_seconds: number;
}

/** A browser that opens its URL is signed in and sent on to `redirect_url`. */
export interface AgentTask extends Ticket {
  kind: 'agent_task';
  agent_id: string;
  agent_name: string;
  task_description: string;
  redirect_url: string;
  session_max_duration_in_seconds: number;
}

export type TicketRecord = SignInToken | ActorToken | AgentTask;
export type TicketKind = TicketRecord['kind'];

export interface TestingToken {
  id: string;
  token: string;
  expires_at: number;
}

export interface JwtTemplate {
  object: 'jwt_template';
  id: string;
  name: string;
  claims: Record<string, unknown>;
  /** s */
  lifetime: number;
  /** s */
  allowed_clock_skew: number;
  custom_signing_key: boolean;
  signing_algorithm: string;
  /** Of a custom key: a secret or a PEM; never answered. */
  signing_key: string | null;
  created_at: number;
  updated_at: number;
}

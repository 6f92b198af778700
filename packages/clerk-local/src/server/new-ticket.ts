import type { TicketKind } from '../store/token-records.ts';
import type { Instance } from './instance.ts';

const PREFIXES: Record<TicketKind, string> = {
  sign_in_token: 'sit',
  actor_token: 'act',
  agent_task: 'agt',
};

/** Clerk's tickets are JWTs, too. `path` is the Frontend API's that takes it. */
export function newTicket(
  instance: Instance,
  kind: TicketKind,
  lifetimeSeconds: number,
  path = '/v1/tickets/accept',
): { id: string; token: string; url: string; expires_at: number } {
  const { store } = instance;
  const id = store.newId(PREFIXES[kind]);
  const expiresAt = store.now() + lifetimeSeconds * 1000;
  const claims = { eid: id, exp: Math.floor(expiresAt / 1000), iid: instance.id, sid: id, st: kind };
  const token = instance.tokens.sign(claims);
  return { id, token, url: `${instance.proxyUrl}${path}?ticket=${token}`, expires_at: expiresAt };
}

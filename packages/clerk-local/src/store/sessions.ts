import { notFound } from './errors.ts';
import { newId } from './ids.ts';

const SEVEN_DAYS_MS = 7 * 24 * 3600 * 1000;
const THIRTY_DAYS_MS = 30 * 24 * 3600 * 1000;

/** Clerk's session; times in ms since 1970. Its webhooks carry the same object with `user` added. */
export interface Session {
  object: 'session';
  id: string;
  client_id: string;
  user_id: string;
  actor: null;
  status: 'active' | 'revoked' | 'ended' | 'expired';
  last_active_organization_id: null;
  last_active_at: number;
  latest_activity: { object: 'session_activity'; id: string; is_mobile: boolean } | null;
  expire_at: number;
  abandon_at: number;
  created_at: number;
  updated_at: number;
}

export class Sessions {
  readonly #byId = new Map<string, Session>();

  constructor(sessions: Session[]) {
    for (const session of sessions) this.#byId.set(session.id, session);
  }

  all(): Session[] {
    return [...this.#byId.values()].map(expireIfDue);
  }

  get(id: string): Session {
    const session = this.#byId.get(id);
    if (!session) throw notFound('session', id);
    return expireIfDue(session);
  }

  create(userId: string): Session {
    const now = Date.now();
    const session: Session = {
      object: 'session',
      id: newId('sess'),
      client_id: newId('client'),
      user_id: userId,
      actor: null,
      status: 'active',
      last_active_organization_id: null,
      last_active_at: now,
      latest_activity: { object: 'session_activity', id: newId('sess_activity'), is_mobile: false },
      expire_at: now + SEVEN_DAYS_MS,
      abandon_at: now + THIRTY_DAYS_MS,
      created_at: now,
      updated_at: now,
    };
    this.#byId.set(session.id, session);
    return session;
  }

  activeOf(userId: string): Session[] {
    return this.all().filter((session) => session.user_id === userId && session.status === 'active');
  }

  /** Returns whether the session was active: ending it twice is one event. */
  end(session: Session, status: 'revoked' | 'ended'): boolean {
    if (session.status !== 'active') return false;
    session.status = status;
    session.updated_at = Math.max(Date.now(), session.updated_at + 1);
    return true;
  }

  forgetUser(userId: string): void {
    for (const session of this.#byId.values()) {
      if (session.user_id === userId) this.#byId.delete(session.id);
    }
  }
}

function expireIfDue(session: Session): Session {
  if (session.status === 'active' && session.expire_at <= Date.now()) {
    session.status = 'expired';
    session.updated_at = session.expire_at;
  }
  return session;
}

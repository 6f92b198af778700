import { clerkError } from '../store/errors.ts';
import type { Session } from '../store/sessions.ts';
import { Sessions } from '../store/sessions.ts';
import { type State, StateFile } from '../store/state.ts';
import { type TokenOptions, Tokens } from '../store/tokens.ts';
import type { DeletedUser, EmailAddress, IdentificationStatus, Metadata, User } from '../store/user-json.ts';
import type { MetadataField } from '../store/metadata.ts';
import { type NewUser, type UserChanges, Users } from '../store/users.ts';
import { type Delivery, Webhooks } from '../webhooks/webhooks.ts';

export interface EventOptions {
  /** Default true. False: the change sends no webhook. */
  webhook?: boolean;
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * One Clerk instance: the operations on users and sessions that HTTP, this package's functions and the page
 * share. A method resolves once the change and its webhooks are in the state file, so an answered change
 * survives a crash.
 */
export class Instance {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly webhooks: Webhooks;
  /** The answer of `GET /v1/instance`. The id is kept in the state file. */
  readonly description: Readonly<Record<string, unknown>>;
  /** By user id: fields that the Backend API answers in place of the stored ones. */
  readonly misreported = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #file: StateFile;

  constructor(
    state: State,
    options: {
      issuer: string;
      dataFile?: string;
      webhookUrl: string | null;
      retryDelaysMs: readonly number[];
      onDelivery?: (delivery: Delivery) => void;
    },
  ) {
    this.description = {
      object: 'instance',
      id: state.instanceId,
      environment_type: 'development',
      allowed_origins: null,
      workspace_id: null,
    };
    this.users = new Users(state.instanceId, state.users);
    this.sessions = new Sessions(state.sessions);
    this.tokens = new Tokens(state.signingKey, state.instanceId, options.issuer);
    this.#file = new StateFile(options.dataFile, () => ({
      ...state,
      users: this.users.all(),
      sessions: this.sessions.all(),
      deliveries: this.webhooks.all(),
    }));
    this.webhooks = new Webhooks({
      instanceId: state.instanceId,
      secret: state.webhookSecret,
      url: options.webhookUrl,
      retryDelaysMs: options.retryDelaysMs,
      deliveries: state.deliveries,
      ...(options.onDelivery === undefined ? {} : { onDelivery: options.onDelivery }),
      onChange: () => {
        this.save().catch((error: unknown) => {
          process.emitWarning(`local Clerk: the state could not be saved: ${String(error)}`);
        });
      },
    });
  }

  /** A user as the Backend API answers it. */
  present(user: User): object {
    return { ...user, ...this.misreported.get(user.id) };
  }

  save(): Promise<void> {
    return this.#file.save();
  }

  async createUser(attributes: NewUser, options: EventOptions = {}): Promise<User> {
    return this.#committed('user.created', this.users.create(attributes), options);
  }

  async updateUser(id: string, changes: UserChanges, options: EventOptions = {}): Promise<User> {
    return this.#committed('user.updated', this.users.update(id, changes), options);
  }

  /** Returns the new address, as Clerk does, not the user. */
  async replaceEmail(id: string, address: string, status: IdentificationStatus): Promise<EmailAddress> {
    const replacement = this.users.replaceEmail(id, address, status);
    await this.#committed('user.updated', this.users.get(id));
    return replacement;
  }

  async setMetadata(
    id: string,
    metadata: Partial<Record<MetadataField, Metadata | null>>,
    how: 'merge' | 'replace',
  ): Promise<User> {
    return this.#committed('user.updated', this.users.setMetadata(id, metadata, how));
  }

  /** Banning revokes every session of the user. */
  async setBanned(id: string, banned: boolean, options: EventOptions = {}): Promise<User> {
    const user = this.users.setBanned(id, banned);
    if (banned) this.#endSessions(user, 'revoked', options);
    return this.#committed('user.updated', user, options);
  }

  async setLocked(id: string, locked: boolean): Promise<User> {
    return this.#committed('user.updated', this.users.setLocked(id, locked));
  }

  async deleteUser(id: string, options: EventOptions = {}): Promise<DeletedUser> {
    const deleted = this.users.delete(id);
    this.#endSessions(null, 'ended', options, id);
    this.sessions.forgetUser(id);
    return this.#committed('user.deleted', deleted, options);
  }

  /** A sign-in. Throws 404 for an unknown user and 403 for a banned one. */
  async createSession(userId: string, options: EventOptions = {}): Promise<Session> {
    const user = this.users.get(userId);
    if (user.banned) {
      const text = 'You have been banned. If you think this was by mistake, please contact support.';
      throw clerkError(403, 'user_banned', 'User banned', text);
    }
    const session = this.sessions.create(userId);
    user.last_sign_in_at = session.created_at;
    user.last_active_at = session.created_at - (session.created_at % DAY_MS);
    this.#emitSession('session.created', session, options);
    await this.save();
    return structuredClone(session);
  }

  async revokeSession(id: string, options: EventOptions = {}): Promise<Session> {
    const session = this.sessions.get(id);
    if (this.sessions.end(session, 'revoked')) this.#emitSession('session.revoked', session, options);
    await this.save();
    return structuredClone(session);
  }

  /** A token of the user's newest active session, after a sign-in when there is none. */
  async tokenOfUser(userId: string, expiresInSeconds?: number): Promise<string> {
    const session = this.sessions.activeOf(userId).at(-1) ?? (await this.createSession(userId));
    return this.mintToken(userId, {
      sessionId: session.id,
      ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
    });
  }

  /** Signs any token, also for users and sessions that do not exist. */
  mintToken(userId: string, options: TokenOptions = {}): string {
    const sessionId = options.sessionId ?? this.sessions.activeOf(userId).at(-1)?.id;
    return this.tokens.mint(userId, { ...options, ...(sessionId === undefined ? {} : { sessionId }) });
  }

  #endSessions(
    user: User | null,
    status: 'revoked' | 'ended',
    options: EventOptions,
    id = user?.id ?? '',
  ): void {
    for (const session of this.sessions.activeOf(id)) {
      this.sessions.end(session, status);
      this.#emitSession(`session.${status}`, session, options);
    }
  }

  #emitSession(type: string, session: Session, { webhook = true }: EventOptions): void {
    if (!webhook) return;
    this.webhooks.emit(type, { ...session, user: this.users.find(session.user_id) ?? null });
  }

  // A copy: the stored user changes later, and the caller's changes must not reach the store.
  async #committed<T extends User | DeletedUser>(
    type: string,
    data: T,
    options: EventOptions = {},
  ): Promise<T> {
    const copy = structuredClone(data);
    if (options.webhook ?? true) this.webhooks.emit(type, copy);
    await this.save();
    return copy;
  }
}

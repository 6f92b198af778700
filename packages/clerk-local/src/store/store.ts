import type { Clock } from './clock.ts';
import { Collection } from './collection.ts';
import { newId } from './ids.ts';
import type { Journal } from './journal.ts';
import type { Message } from './messages.ts';
import type { Session } from './session-json.ts';
import type { EmailAddress, ExternalAccount, PhoneNumber, User } from './user-json.ts';

/** A stored user; `userJson` adds the parts that have collections of their own. */
export interface UserRecord extends Omit<User, 'email_addresses' | 'phone_numbers' | 'external_accounts'> {
  /** Of `hashPassword`; never answered. */
  password_hash: string | null;
}

export type OfUser<T> = T & { user_id: string };

export interface EventOptions {
  /** Default true. False: the change sends no webhook. */
  webhook?: boolean;
}

/**
 * What one instance stores, its time and its events. A change is made without an `await` in between, so that
 * one commit contains it whole; the server commits before it answers.
 */
export class Store {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly users: Collection<UserRecord, 'username' | 'external_id'>;
  readonly emailAddresses: Collection<OfUser<EmailAddress>, 'user_id' | 'email_address'>;
  readonly phoneNumbers: Collection<OfUser<PhoneNumber>, 'user_id' | 'phone_number'>;
  readonly externalAccounts: Collection<OfUser<ExternalAccount>, 'user_id' | 'provider_user_id'>;
  readonly sessions: Collection<Session, 'user_id' | 'client_id'>;
  readonly messages: Collection<Message>;
  readonly #journal: Journal;
  readonly #listeners: ((type: string, data: object) => void)[] = [];

  constructor(journal: Journal, instanceId: string, clock: Clock) {
    this.#journal = journal;
    this.instanceId = instanceId;
    this.clock = clock;
    this.users = new Collection(journal, instanceId, 'users', {
      username: (user) => user.username?.toLowerCase(),
      external_id: (user) => user.external_id,
    });
    this.emailAddresses = new Collection(journal, instanceId, 'email_addresses', {
      user_id: (email) => email.user_id,
      email_address: (email) => email.email_address,
    });
    this.phoneNumbers = new Collection(journal, instanceId, 'phone_numbers', {
      user_id: (phone) => phone.user_id,
      phone_number: (phone) => phone.phone_number,
    });
    this.externalAccounts = new Collection(journal, instanceId, 'external_accounts', {
      user_id: (account) => account.user_id,
      provider_user_id: (account) => account.provider_user_id,
    });
    this.sessions = new Collection(journal, instanceId, 'sessions', {
      user_id: (session) => session.user_id,
      client_id: (session) => session.client_id,
    });
    this.messages = new Collection(journal, instanceId, 'messages', {});
  }

  now(): number {
    return this.clock.now();
  }

  newId(prefix: string): string {
    return newId(prefix, this.now());
  }

  /** Resolves when all changes made so far are on disk. */
  commit(): Promise<void> {
    return this.#journal.commit();
  }

  /** Reports an event of this instance, e.g. `user.created` with the user as `data`. */
  emit(type: string, data: object, { webhook = true }: EventOptions = {}): void {
    if (!webhook) return;
    for (const listener of this.#listeners) listener(type, data);
  }

  onEvent(listener: (type: string, data: object) => void): void {
    this.#listeners.push(listener);
  }
}

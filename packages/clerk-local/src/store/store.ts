import type { Subscription } from './billing-json.ts';
import type { ClientRecord, SentVerification, SignInRecord, SignUpRecord } from './client-records.ts';
import type { Clock } from './clock.ts';
import { Collection, type Keys } from './collection.ts';
import { newId } from './ids.ts';
import type { StoredImage } from './stored-image.ts';
import type { Journal } from './journal.ts';
import type { Delivery, Mail, WebhookEndpoint } from './messages.ts';
import { mergeMetadata } from './metadata.ts';
import type { OAuthRequest } from './oauth-records.ts';
import { parse } from './parse.ts';
import type { Reverification } from './reverifications.ts';
import type { Session } from './session-json.ts';
import { type Settings, type SettingsChanges, settingsParameters } from './settings.ts';
import type { JwtTemplate, TestingToken, TicketRecord } from './token-records.ts';
import type { EmailAddress, ExternalAccount, PhoneNumber, User } from './user-json.ts';

/** A stored user; `userJson` adds the parts that have collections of their own. */
export interface UserRecord extends Omit<User, 'email_addresses' | 'phone_numbers' | 'external_accounts'> {
  /** Of `hashPassword`; never answered. */
  password_hash: string | null;
  /** Wrong passwords and codes since the last sign-in. */
  failed_attempts?: number;
  /** The end of a lockout. */
  lockout_expires_at?: number | null;
}

export type OfUser<T> = T & { user_id: string };

export interface EventOptions {
  /** Default true. False: the change sends no webhook. */
  webhook?: boolean;
}

/** The id of the only object of its kind. */
const SETTINGS = 'settings';

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
  readonly clients: Collection<ClientRecord, 'token_hash'>;
  readonly signIns: Collection<SignInRecord, 'client_id'>;
  readonly signUps: Collection<SignUpRecord, 'client_id'>;
  readonly reverifications: Collection<Reverification>;
  readonly oauthRequests: Collection<OAuthRequest, 'resource_id'>;
  readonly verifications: Collection<SentVerification, 'identification_id'>;
  readonly tickets: Collection<TicketRecord, 'token'>;
  readonly testingTokens: Collection<TestingToken, 'token'>;
  readonly jwtTemplates: Collection<JwtTemplate, 'name'>;
  readonly webhookEndpoints: Collection<WebhookEndpoint>;
  readonly images: Collection<StoredImage>;
  readonly deliveries: Collection<Delivery, 'svixId' | 'state'>;
  readonly mails: Collection<Mail, 'to'>;
  readonly subscriptions: Collection<Subscription>;
  readonly #journal: Journal;
  readonly #settings: Collection<{ id: string; changes: SettingsChanges }>;
  #parsedSettings: Settings | undefined;
  readonly #changeListeners = new Set<(collection: string) => void>();
  readonly #listeners: ((type: string, data: object) => void)[] = [];
  readonly #mailListeners: ((mail: Mail) => void)[] = [];

  constructor(journal: Journal, instanceId: string, clock: Clock) {
    this.#journal = journal;
    this.instanceId = instanceId;
    this.clock = clock;
    journal.onChange(([scope, collection]) => {
      if (scope === instanceId || scope === '') this.changed(collection);
    });
    const collection = <T extends { id: string }, Index extends string = never>(
      name: string,
      keys: Keys<T, Index>,
    ) => new Collection<T, Index>(journal, instanceId, name, keys);

    this.users = collection('users', {
      username: (user) => user.username?.toLowerCase(),
      external_id: (user) => user.external_id,
    });
    this.emailAddresses = collection('email_addresses', {
      user_id: (email) => email.user_id,
      email_address: (email) => email.email_address,
    });
    this.phoneNumbers = collection('phone_numbers', {
      user_id: (phone) => phone.user_id,
      phone_number: (phone) => phone.phone_number,
    });
    this.externalAccounts = collection('external_accounts', {
      user_id: (account) => account.user_id,
      provider_user_id: (account) => account.provider_user_id,
    });
    this.sessions = collection('sessions', {
      user_id: (session) => session.user_id,
      client_id: (session) => session.client_id,
    });
    this.clients = collection('clients', { token_hash: (client) => client.token_hash });
    this.signIns = collection('sign_ins', { client_id: (signIn) => signIn.client_id });
    this.signUps = collection('sign_ups', { client_id: (signUp) => signUp.client_id });
    this.reverifications = collection('reverifications', {});
    this.oauthRequests = collection('oauth_requests', { resource_id: (request) => request.resource_id });
    this.verifications = collection('verifications', {
      identification_id: (sent) => sent.identification_id,
    });
    this.tickets = collection('tickets', { token: ({ token }) => token });
    this.testingTokens = collection('testing_tokens', { token: ({ token }) => token });
    this.jwtTemplates = collection('jwt_templates', { name: ({ name }) => name });
    this.webhookEndpoints = collection('webhook_endpoints', {});
    this.images = collection('images', {});
    this.deliveries = collection('deliveries', {
      svixId: ({ svixId }) => svixId,
      state: ({ state }) => state,
    });
    this.mails = collection('mails', { to: ({ to }) => to });
    this.subscriptions = collection('subscriptions', {});
    this.#settings = collection('settings', {});
  }

  get settings(): Settings {
    this.#parsedSettings ??= parse(settingsParameters, this.#settings.find(SETTINGS)?.changes ?? {});
    return this.#parsedSettings;
  }

  /** Merges into the settings; `null` is the default. @throws Clerk's 422 */
  changeSettings(changes: SettingsChanges): Settings {
    const merged = mergeMetadata(this.#settings.find(SETTINGS)?.changes ?? {}, changes) as SettingsChanges;
    const settings = parse(settingsParameters, merged);
    this.#settings.put({ id: SETTINGS, changes: merged });
    this.#parsedSettings = settings;
    return settings;
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

  /**
   * Calls it with the name of the collection after each change of this instance, and with `instances` when
   * one is created or a clock is set; returns a function that ends this.
   */
  onChange(listener: (collection: string) => void): () => void {
    this.#changeListeners.add(listener);
    return () => {
      this.#changeListeners.delete(listener);
    };
  }

  /** Reports a change of what is in memory only, as `faults`. */
  changed(name: string): void {
    for (const listener of this.#changeListeners) listener(name);
  }

  onEvent(listener: (type: string, data: object) => void): void {
    this.#listeners.push(listener);
  }

  /** Shows a mail that was sent to those who wait for mails: the console, the page. */
  announce(mail: Mail): void {
    for (const listener of this.#mailListeners) listener(mail);
  }

  onMail(listener: (mail: Mail) => void): void {
    this.#mailListeners.push(listener);
  }
}

import type {
  ActorTokenJSON,
  AgentTaskJSON,
  ClientJSON,
  EmailAddressJSON,
  ExternalAccountJSON,
  JwtTemplateJSON,
  PhoneNumberJSON,
  SessionJSON,
  SignInTokenJSON,
  TestingTokenJSON,
  UserDeletedJSON,
  UserJSON,
} from '@clerk/backend';
import type { ClientJson } from '../../src/backend-api/client-routes.ts';
import type { JwtTemplateJson } from '../../src/backend-api/jwt-template-routes.ts';
import type { TestingTokenJson } from '../../src/backend-api/testing-token-routes.ts';
import type { ActorTokenJson, AgentTaskJson, SignInTokenJson } from '../../src/backend-api/ticket-json.ts';
import type { Session } from '../../src/store/session-json.ts';
import type {
  DeletedUser,
  EmailAddress,
  ExternalAccount,
  PhoneNumber,
  User,
} from '../../src/store/user-json.ts';

/**
 * The fields of the SDK's JSON that our JSON doesn't have, or has with another type. An SDK with a new or
 * changed field fails the type check here.
 */
type Differences<Ours, Theirs> = {
  [Field in keyof Theirs]-?: Field extends keyof Ours
    ? Ours[Field] extends Theirs[Field]
      ? never
      : Field
    : undefined extends Theirs[Field]
      ? never
      : Field;
}[keyof Theirs];

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Expect<T extends true> = T;

/** Where Clerk's OpenAPI document and the SDK's types disagree, the document is followed. */
export type Checks = [
  // Their parts are checked below; the document has no `id` in a verification.
  Expect<Equal<Differences<User, UserJSON>, 'email_addresses' | 'external_accounts' | 'phone_numbers'>>,
  Expect<Equal<Differences<EmailAddress, EmailAddressJSON>, 'verification' | 'linked_to'>>,
  // The document has `backup_codes: null` for a number without them.
  Expect<Equal<Differences<PhoneNumber, PhoneNumberJSON>, 'verification' | 'linked_to' | 'backup_codes'>>,
  Expect<Equal<Differences<ExternalAccount, ExternalAccountJSON>, 'verification'>>,
  // The document has null for the absent organization and activity, and no `object` of its type there.
  Expect<Equal<Differences<Session, SessionJSON>, 'last_active_organization_id' | 'latest_activity'>>,
  Expect<Equal<Differences<ClientJson, ClientJSON>, 'sessions' | 'last_authentication_strategy'>>,
  Expect<Equal<Differences<SignInTokenJson, SignInTokenJSON>, never>>,
  Expect<Equal<Differences<ActorTokenJson, ActorTokenJSON>, never>>,
  // The document has no `id`, and its `url` in the answer to the creation only.
  Expect<Equal<Differences<AgentTaskJson, AgentTaskJSON>, 'id' | 'url'>>,
  // The document has no `id` in it.
  Expect<Equal<Differences<TestingTokenJson, TestingTokenJSON>, never>>,
  Expect<Equal<Differences<JwtTemplateJson, JwtTemplateJSON>, never>>,
  Expect<Equal<Differences<DeletedUser, UserDeletedJSON>, never>>,
];

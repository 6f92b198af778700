import { clerkError } from './errors.ts';
import { type DeletedIdentification, refuseLast } from './identifications.ts';
import { PROVIDERS } from './oauth.ts';
import type { OAuthProvider, ProviderPerson } from './oauth-records.ts';
import type { EventOptions, OfUser, Store } from './store.ts';
import { type ExternalAccount, type Verification, emailAddress } from './user-json.ts';
import { changeUser } from './users.ts';

/** The connected account of a provider's person. */
export function findAccount(
  store: Store,
  provider: OAuthProvider,
  { provider_user_id: id }: ProviderPerson,
): OfUser<ExternalAccount> | undefined {
  return store.externalAccounts
    .where('provider_user_id', id)
    .find((account) => account.provider === provider && account.verification?.status === 'verified');
}

/** The user whom a provider's person may sign in: by the connected account, or by a verified address. */
export function findUserOf(
  store: Store,
  provider: OAuthProvider,
  person: ProviderPerson,
): string | undefined {
  return findAccount(store, provider, person)?.user_id ?? verifiedOwner(store, person.email_address);
}

/** People of a provider, to choose from: its connected accounts, each once, oldest first. */
export function knownPeople(store: Store, provider: OAuthProvider): ProviderPerson[] {
  const accounts = store.externalAccounts
    .all()
    .filter((account) => account.provider === provider && account.provider_user_id !== '');
  return [...new Map(accounts.map((account) => [account.provider_user_id, account])).values()];
}

/**
 * Connects the account to a user, with its address, and its name when the user has none. An account that is
 * already the user's is verified again. @throws 400 when the account or its address is another user's
 */
export function connectAccount(
  store: Store,
  userId: string,
  provider: OAuthProvider,
  person: ProviderPerson,
  { id, ...options }: EventOptions & { id?: string } = {},
): OfUser<ExternalAccount> {
  const known = findAccount(store, provider, person);
  const owner = known?.user_id ?? verifiedOwner(store, person.email_address) ?? userId;
  if (owner !== userId) {
    const text = 'The email address associated with this OAuth account is already claimed by another user.';
    throw clerkError(400, 'oauth_identification_claimed', 'Identification claimed by another user', text);
  }
  const present = known ?? (id === undefined ? undefined : store.externalAccounts.find(id));
  const account = store.externalAccounts.put({
    ...(present ?? newAccount(store, userId, provider)),
    ...person,
    verification: { ...verified('verification_oauth', provider), expire_at: store.now() },
    updated_at: store.now(),
  });
  const emailId = linkAddress(store, account);
  changeUser(
    store,
    userId,
    (user) => {
      user.primary_email_address_id ??= emailId;
      if (user.first_name === null && user.last_name === null) {
        user.first_name = person.first_name === '' ? null : person.first_name;
        user.last_name = person.last_name === '' ? null : person.last_name;
      }
    },
    options,
  );
  return account;
}

/** An account that is not connected yet: its verification waits for the consent page. */
export function newAccount(store: Store, userId: string, provider: OAuthProvider): OfUser<ExternalAccount> {
  const now = store.now();
  return {
    object: 'external_account',
    id: store.newId('eac'),
    user_id: userId,
    provider,
    identification_id: store.newId('idn'),
    provider_user_id: '',
    approved_scopes: PROVIDERS[provider].scopes,
    email_address: '',
    first_name: '',
    last_name: '',
    avatar_url: '',
    image_url: '',
    username: null,
    phone_number: null,
    public_metadata: {},
    label: null,
    verification: null,
    created_at: now,
    updated_at: now,
  };
}

/** Its address stays. @throws 404, 400 for the last identification */
export function disconnectAccount(store: Store, id: string, options?: EventOptions): DeletedIdentification {
  const { user_id: userId, identification_id: identification } = store.externalAccounts.get(id);
  refuseLast(store, userId, id);
  store.externalAccounts.delete(id);
  for (const email of store.emailAddresses.where('user_id', userId)) {
    if (!email.linked_to.some((link) => link.id === identification)) continue;
    store.emailAddresses.change(email.id, (draft) => {
      draft.linked_to = draft.linked_to.filter((link) => link.id !== identification);
    });
  }
  changeUser(store, userId, () => undefined, options);
  return { object: 'external_account', id, deleted: true };
}

/** The provider has verified the address, so it is the user's; an unverified one becomes verified. */
function linkAddress(store: Store, account: OfUser<ExternalAccount>): string {
  const { user_id: userId, email_address: address, provider, identification_id: id } = account;
  const own = store.emailAddresses.where('email_address', address).find((email) => email.user_id === userId);
  const email = own ?? store.emailAddresses.put({ ...emailAddress(address, store.now()), user_id: userId });
  const fromOAuth = verified('verification_from_oauth', `from_${provider}`);
  store.emailAddresses.change(email.id, (draft) => {
    if (!own || draft.verification?.status !== 'verified') draft.verification = fromOAuth;
    draft.linked_to = [...draft.linked_to.filter((link) => link.id !== id), { type: provider, id }];
    draft.updated_at = store.now();
  });
  return email.id;
}

function verifiedOwner(store: Store, address: string): string | undefined {
  return store.emailAddresses
    .where('email_address', address)
    .find(({ verification }) => verification?.status === 'verified')?.user_id;
}

function verified(object: string, strategy: string): Verification {
  return { object, status: 'verified', strategy, attempts: null, expire_at: null };
}

import type { EmailAddressJSON, PhoneNumberJSON, PublicUserDataJSON, UserJSON } from '@clerk/shared/types';
import type { EmailAddress, PhoneNumber, User } from '../store/user-json.ts';
import type { AsAnswered } from './sdk-types.ts';

/** The user as their own browser gets it: without what is private to the application. */
export function userJson(user: User) {
  const { private_metadata: _, locale: __, create_organizations_limit: limit, ...shown } = user;
  return {
    ...shown,
    email_addresses: user.email_addresses.map(emailAddressJson),
    phone_numbers: user.phone_numbers.map(phoneNumberJson),
    profile_image_id: '',
    organization_memberships: [],
    ...(limit === null ? {} : { create_organizations_limit: limit }),
  } satisfies AsAnswered<Omit<UserJSON, 'create_organizations_limit'>>;
}

export function emailAddressJson(email: EmailAddress) {
  return { ...email } satisfies AsAnswered<EmailAddressJSON>;
}

export function phoneNumberJson(phone: PhoneNumber) {
  return { ...phone } satisfies AsAnswered<PhoneNumberJSON>;
}

/** What other people may see of a user. */
export function publicUserData(user: User) {
  return {
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: user.image_url,
    has_image: user.has_image,
    identifier: identifierOf(user),
    profile_image_url: user.profile_image_url,
    user_id: user.id,
    banned: user.banned,
    ...(user.username === null ? {} : { username: user.username }),
  } satisfies AsAnswered<PublicUserDataJSON>;
}

/** Clerk's order: the primary e-mail address, the primary phone number, the username. */
function identifierOf(user: User): string {
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  const phone = user.phone_numbers.find(({ id }) => id === user.primary_phone_number_id);
  return email?.email_address ?? phone?.phone_number ?? user.username ?? '';
}

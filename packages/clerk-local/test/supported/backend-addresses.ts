import { type Claim, type Trial, bySdk } from './claim.ts';

const NUMBER = '+15555550100';

/** Operations about the addresses, numbers and provider's accounts of a user. */
export const addressClaims: readonly Claim[] = [
  bySdk('POST /v1/email_addresses', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    const second = { userId, emailAddress: 'second@example.com' };
    await writes(
      () => sdk.emailAddresses.createEmailAddress(second),
      async () => (await sdk.users.getUser(userId)).emailAddresses.length,
    );
    await refuses(() => sdk.emailAddresses.createEmailAddress(second), 422, 'form_identifier_exists');
  }),
  bySdk('GET /v1/email_addresses/{email_address_id}', async ({ sdk, user, reads, refuses }) => {
    const id = (await user()).email_addresses[0]?.id ?? '';
    await reads(() => sdk.emailAddresses.getEmailAddress(id), { id, emailAddress: 'ada@example.com' });
    await refuses(() => sdk.emailAddresses.getEmailAddress('idn_none'), 404, 'resource_not_found');
  }),
  bySdk('PATCH /v1/email_addresses/{email_address_id}', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    const { id } = await sdk.emailAddresses.createEmailAddress({
      userId,
      emailAddress: 'second@example.com',
    });
    await writes(
      () => sdk.emailAddresses.updateEmailAddress(id, { verified: true, primary: true }),
      async () => (await sdk.users.getUser(userId)).primaryEmailAddressId,
    );
    await refuses(() => sdk.emailAddresses.updateEmailAddress('idn_none'), 404, 'resource_not_found');
  }),
  bySdk('DELETE /v1/email_addresses/{email_address_id}', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    const { id } = await sdk.emailAddresses.createEmailAddress({
      userId,
      emailAddress: 'second@example.com',
    });
    await writes(
      () => sdk.emailAddresses.deleteEmailAddress(id),
      async () => (await sdk.users.getUser(userId)).emailAddresses.length,
    );
    await refuses(() => sdk.emailAddresses.deleteEmailAddress(id), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/phone_numbers', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    await writes(
      () => sdk.phoneNumbers.createPhoneNumber({ userId, phoneNumber: NUMBER }),
      async () => (await sdk.users.getUser(userId)).phoneNumbers.length,
    );
    const wrong = { userId, phoneNumber: 'no number' };
    await refuses(() => sdk.phoneNumbers.createPhoneNumber(wrong), 422, 'form_param_format_invalid');
  }),
  bySdk('GET /v1/phone_numbers/{phone_number_id}', async ({ sdk, user, reads, refuses }) => {
    const { id: userId } = await user();
    const { id } = await sdk.phoneNumbers.createPhoneNumber({ userId, phoneNumber: NUMBER });
    await reads(() => sdk.phoneNumbers.getPhoneNumber(id), { id, phoneNumber: NUMBER });
    await refuses(() => sdk.phoneNumbers.getPhoneNumber('idn_none'), 404, 'resource_not_found');
  }),
  bySdk('PATCH /v1/phone_numbers/{phone_number_id}', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    const { id } = await sdk.phoneNumbers.createPhoneNumber({ userId, phoneNumber: NUMBER });
    await writes(
      () => sdk.phoneNumbers.updatePhoneNumber(id, { verified: true }),
      async () => (await sdk.phoneNumbers.getPhoneNumber(id)).verification?.status,
    );
    await refuses(() => sdk.phoneNumbers.updatePhoneNumber('idn_none'), 404, 'resource_not_found');
  }),
  bySdk('DELETE /v1/phone_numbers/{phone_number_id}', async ({ sdk, user, writes, refuses }) => {
    const { id: userId } = await user();
    const { id } = await sdk.phoneNumbers.createPhoneNumber({ userId, phoneNumber: NUMBER });
    await writes(
      () => sdk.phoneNumbers.deletePhoneNumber(id),
      async () => (await sdk.users.getUser(userId)).phoneNumbers.length,
    );
    await refuses(() => sdk.phoneNumbers.deletePhoneNumber(id), 404, 'resource_not_found');
  }),
  bySdk('PUT /v1/users/{user_id}/phone_number', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.replaceUserPhoneNumber(id, { phoneNumber: NUMBER }),
      async () => (await sdk.users.getUser(id)).primaryPhoneNumber?.phoneNumber,
    );
    const wrong = { phoneNumber: 'no number' };
    await refuses(() => sdk.users.replaceUserPhoneNumber(id, wrong), 422, 'form_param_format_invalid');
  }),
  bySdk(
    'DELETE /v1/users/{user_id}/external_accounts/{external_account_id}',
    async (trial) => {
      const { sdk, writes, refuses } = trial;
      const user = await signedUpByGoogle(trial);
      const account = { userId: user.id, externalAccountId: user.externalAccounts[0]?.id ?? '' };
      await writes(
        () => sdk.users.deleteUserExternalAccount(account),
        async () => (await sdk.users.getUser(user.id)).externalAccounts.length,
      );
      await refuses(() => sdk.users.deleteUserExternalAccount(account), 404, 'resource_not_found');
    },
    'a sign-up by a provider',
  ),
  bySdk(
    'GET /v1/users/{user_id}/oauth_access_tokens/{provider}',
    async (trial) => {
      const { sdk, reads, refuses } = trial;
      const { id, externalAccounts } = await signedUpByGoogle(trial);
      await reads(() => sdk.users.getUserOauthAccessToken(id, 'google'), {
        data: [{ externalAccountId: externalAccounts[0]?.id }],
      });
      const wrong = () => sdk.users.getUserOauthAccessToken('user_nobody', 'google');
      await refuses(wrong, 404, 'resource_not_found');
    },
    'a sign-up by a provider',
  ),
];

async function signedUpByGoogle({ browser, sdk }: Trial) {
  await browser().signUpBy('oauth_google', 'ada@gmail.example');
  const [user] = (await sdk.users.getUserList()).data;
  if (!user) throw new Error('nobody signed up');
  return user;
}

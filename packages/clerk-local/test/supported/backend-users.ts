import { ADA, PNG } from './browser.ts';
import { type Claim, byHttp, bySdk } from './claim.ts';

const NOBODY = 'user_nobody';

/** Operations about users. */
export const userClaims: readonly Claim[] = [
  bySdk('GET /v1/users', async ({ sdk, user, reads, refuses }) => {
    const { id } = await user();
    await reads(() => sdk.users.getUserList({ userId: [id] }), { data: [{ id }], totalCount: 1 });
    await refuses(() => sdk.users.getUserList({ limit: 501 }), 422, 'form_param_value_invalid');
  }),
  bySdk('GET /v1/users/count', async ({ sdk, user, reads, refuses }) => {
    await user();
    await reads(async () => ({ count: await sdk.users.getCount({ query: 'ada' }) }), { count: 1 });
    const ids = Array.from({ length: 101 }, (_, i) => `user_${i}`);
    await refuses(() => sdk.users.getCount({ userId: ids }), 422, 'form_param_array_size_exceeded');
  }),
  bySdk('POST /v1/users', async ({ sdk, writes, refuses }) => {
    const attributes = { emailAddress: ['ada@example.com'], firstName: 'Ada' };
    await writes(
      () => sdk.users.createUser(attributes),
      () => sdk.users.getCount(),
    );
    await refuses(() => sdk.users.createUser(attributes), 422, 'form_identifier_exists');
  }),
  bySdk('GET /v1/users/{user_id}', async ({ sdk, user, reads, refuses }) => {
    const { id } = await user();
    await reads(() => sdk.users.getUser(id), { id, emailAddresses: [{ emailAddress: 'ada@example.com' }] });
    await refuses(() => sdk.users.getUser(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('PATCH /v1/users/{user_id}', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.updateUser(id, { firstName: 'Grace', externalId: 'ext-1' }),
      async () => (await sdk.users.getUser(id)).firstName,
    );
    await refuses(() => sdk.users.updateUser(NOBODY, {}), 404, 'resource_not_found');
  }),
  bySdk('DELETE /v1/users/{user_id}', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.deleteUser(id),
      () => sdk.users.getUser(id),
    );
    await refuses(() => sdk.users.deleteUser(id), 404, 'resource_not_found');
  }),
  bySdk('PATCH /v1/users/{user_id}/metadata', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user({ public_metadata: { kept: 1 } });
    await writes(
      () => sdk.users.updateUserMetadata(id, { publicMetadata: { added: 2 } }),
      async () => (await sdk.users.getUser(id)).publicMetadata,
    );
    await refuses(() => sdk.users.updateUserMetadata(NOBODY, {}), 404, 'resource_not_found');
  }),
  bySdk('PUT /v1/users/{user_id}/metadata', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user({ public_metadata: { dropped: 1 } });
    await writes(
      () => sdk.users.replaceUserMetadata(id, { publicMetadata: { only: 2 } }),
      async () => (await sdk.users.getUser(id)).publicMetadata,
    );
    await refuses(() => sdk.users.replaceUserMetadata(NOBODY, {}), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/users/{user_id}/ban', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.banUser(id),
      async () => (await sdk.users.getUser(id)).banned,
    );
    await refuses(() => sdk.users.banUser(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/users/{user_id}/unban', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await sdk.users.banUser(id);
    await writes(
      () => sdk.users.unbanUser(id),
      async () => (await sdk.users.getUser(id)).banned,
    );
    await refuses(() => sdk.users.unbanUser(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/users/{user_id}/lock', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.lockUser(id),
      async () => (await sdk.users.getUser(id)).locked,
    );
    await refuses(() => sdk.users.lockUser(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/users/{user_id}/unlock', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await sdk.users.lockUser(id);
    await writes(
      () => sdk.users.unlockUser(id),
      async () => (await sdk.users.getUser(id)).locked,
    );
    await refuses(() => sdk.users.unlockUser(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('PUT /v1/users/{user_id}/email_address', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.replaceUserEmailAddress(id, { emailAddress: 'grace@example.com' }),
      async () => (await sdk.users.getUser(id)).primaryEmailAddress?.emailAddress,
    );
    const wrong = { emailAddress: 'no address' };
    await refuses(() => sdk.users.replaceUserEmailAddress(id, wrong), 422, 'form_param_format_invalid');
  }),
  ...(['ban', 'unban'] as const).map((action) =>
    byHttp(`POST /v1/users/${action}`, async ({ sdk, http, user, writes, refuses }) => {
      const { id } = await user();
      if (action === 'unban') await sdk.users.banUser(id);
      await writes(
        () => http('POST', `/v1/users/${action}`, { user_ids: [id] }),
        async () => (await sdk.users.getUser(id)).banned,
      );
      const wrong = () => http('POST', `/v1/users/${action}`, { user_ids: [NOBODY] });
      await refuses(wrong, 404, 'resource_not_found');
    }),
  ),
  bySdk('POST /v1/users/{user_id}/profile_image', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    const file = new Blob([PNG], { type: 'image/png' });
    await writes(
      () => sdk.users.updateUserProfileImage(id, { file }),
      async () => (await sdk.users.getUser(id)).imageUrl,
    );
    await refuses(() => sdk.users.updateUserProfileImage(NOBODY, { file }), 404, 'resource_not_found');
  }),
  bySdk('DELETE /v1/users/{user_id}/profile_image', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    const file = new Blob([PNG], { type: 'image/png' });
    await sdk.users.updateUserProfileImage(id, { file });
    await writes(
      () => sdk.users.deleteUserProfileImage(id),
      async () => (await sdk.users.getUser(id)).hasImage,
    );
    await refuses(() => sdk.users.deleteUserProfileImage(NOBODY), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/users/{user_id}/verify_password', async ({ sdk, user, reads, refuses }) => {
    const { id: userId } = await user();
    await reads(() => sdk.users.verifyPassword({ userId, password: ADA.password }), { verified: true });
    const wrong = { userId, password: 'another passphrase' };
    await refuses(() => sdk.users.verifyPassword(wrong), 422, 'incorrect_password');
  }),
  bySdk('POST /v1/users/{user_id}/remove_password', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.users.removePassword(id),
      async () => (await sdk.users.getUser(id)).passwordEnabled,
    );
    await refuses(() => sdk.users.removePassword(NOBODY), 404, 'resource_not_found');
  }),
];

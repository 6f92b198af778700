import { ADA, PNG } from './browser.ts';
import { type Claim, inBrowser } from './claim.ts';
import { SIGNED_OUT, signedIn } from './signed-in.ts';

/** Operations of the signed-in user. */
export const meClaims: readonly Claim[] = [
  inBrowser('GET /v1/me', async (trial) => {
    const { page, id } = await signedIn(trial);
    await trial.reads(() => page.call('GET', '/v1/me'), { body: { response: { object: 'user', id } } });
    await trial.refuses(() => trial.browser().call('GET', '/v1/me'), 401, SIGNED_OUT);
  }),
  inBrowser('PATCH /v1/me', async (trial) => {
    const { page, id } = await signedIn(trial);
    await trial.writes(
      () => page.call('PATCH', '/v1/me', { first_name: 'Grace' }),
      async () => (await trial.sdk.users.getUser(id)).firstName,
    );
    const wrong = () => page.call('PATCH', '/v1/me', { nickname: 'G' });
    await trial.refuses(wrong, 422, 'form_param_unknown');
  }),
  inBrowser('PATCH /v1/me/metadata', async (trial) => {
    const { page, id } = await signedIn(trial);
    await trial.writes(
      () => page.call('PATCH', '/v1/me/metadata', { unsafe_metadata: '{"theme":"dark"}' }),
      async () => (await trial.sdk.users.getUser(id)).unsafeMetadata,
    );
    const wrong = () => page.call('PATCH', '/v1/me/metadata', { unsafe_metadata: 'no JSON' });
    await trial.refuses(wrong, 422, 'form_param_value_invalid');
  }),
  inBrowser('DELETE /v1/me', async (trial) => {
    const { page, id } = await signedIn(trial);
    await trial.refuses(() => trial.browser().call('DELETE', '/v1/me'), 401, SIGNED_OUT);
    await trial.writes(
      () => page.call('DELETE', '/v1/me'),
      () => trial.sdk.users.getUser(id),
    );
  }),
  inBrowser('POST /v1/me/change_password', async (trial) => {
    const { page } = await signedIn(trial);
    const form = { current_password: ADA.password, new_password: 'another long passphrase 8' };
    const wrong = { ...form, current_password: 'not this one 9' };
    await trial.refuses(
      () => page.call('POST', '/v1/me/change_password', wrong),
      422,
      'form_password_validation_failed',
    );
    await trial.writes(
      () => page.call('POST', '/v1/me/change_password', form),
      () => trial.browser().signIn(),
    );
  }),
  inBrowser('GET /v1/me/sessions', async (trial) => {
    const { page } = await signedIn(trial);
    await trial.reads(async () => (await page.call('GET', '/v1/me/sessions')).body, [{ status: 'active' }]);
    await trial.refuses(() => trial.browser().call('GET', '/v1/me/sessions'), 401, SIGNED_OUT);
  }),
  inBrowser('GET /v1/me/sessions/active', async (trial) => {
    const { page } = await signedIn(trial);
    const call = async () => (await page.call('GET', '/v1/me/sessions/active')).body;
    await trial.reads(call, [{ status: 'active' }]);
    await trial.refuses(() => trial.browser().call('GET', '/v1/me/sessions/active'), 401, SIGNED_OUT);
  }),
  inBrowser('POST /v1/me/sessions/{session_id}/revoke', async (trial) => {
    const { page, id } = await signedIn(trial);
    const other = await trial.clerk.createSession(id);
    await trial.writes(
      () => page.call('POST', `/v1/me/sessions/${other.id}/revoke`),
      async () => (await trial.sdk.sessions.getSession(other.id)).status,
    );
    const wrong = () => page.call('POST', '/v1/me/sessions/sess_none/revoke');
    await trial.refuses(wrong, 404, 'resource_not_found');
  }),
  inBrowser(
    'POST /v1/me/remove_password',
    async (trial) => {
      const { page, id } = await signedIn(trial);
      const call = () => page.call('POST', '/v1/me/remove_password', { current_password: ADA.password });
      await trial.refuses(call, 400, 'password_required');
      await trial.clerk.changeSettings({ attributes: { password: 'on' } });
      await trial.writes(call, async () => (await trial.sdk.users.getUser(id)).passwordEnabled);
    },
    'the setting `attributes.password` other than "required"',
  ),
  inBrowser('POST /v1/me/profile_image', async (trial) => {
    const { page, id } = await signedIn(trial);
    await trial.writes(
      () => page.upload('/v1/me/profile_image', PNG),
      async () => (await trial.sdk.users.getUser(id)).hasImage,
    );
    await trial.refuses(() => trial.browser().upload('/v1/me/profile_image', PNG), 401, SIGNED_OUT);
  }),
  inBrowser('DELETE /v1/me/profile_image', async (trial) => {
    const { page, id } = await signedIn(trial);
    await page.upload('/v1/me/profile_image', PNG);
    await trial.writes(
      () => page.call('DELETE', '/v1/me/profile_image'),
      async () => (await trial.sdk.users.getUser(id)).hasImage,
    );
    await trial.refuses(() => trial.browser().call('DELETE', '/v1/me/profile_image'), 401, SIGNED_OUT);
  }),
];

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { startClerkLocal } from '../support.js';
import { PASSWORD, newAddress, openApp, openPage, refusal, signInOf, signUp, submit } from './clerk-js.js';
import { consent } from './consent.js';

type ClerkJs = Awaited<ReturnType<typeof openPage>>;

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal({
    settings: { attributes: { username: 'on', phone_number: 'on', password: 'on' } },
  });
});
afterAll(() => clerk.close());

async function signedUp() {
  const app = await openApp(clerk);
  const address = await signUp(app);
  return { app, address, me: meOf(app) };
}

function meOf({ user }: ClerkJs) {
  if (!user) throw new Error('nobody is signed in');
  return user;
}

async function signedInAgain(address: string): Promise<ClerkJs> {
  const app = await openApp(clerk);
  const { createdSessionId } = await signInOf(app).create({ identifier: address, password: PASSWORD });
  await app.setActive({ session: createdSessionId });
  return app;
}

/** The types of the user's events since this function was made. */
function newEvents(userId: string): () => string[] {
  const before = clerk.deliveries().length;
  return () =>
    clerk
      .deliveries()
      .slice(before)
      .filter(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id === userId)
      .map(({ type }) => type);
}

describe('the profile', () => {
  it('changes names, username and metadata', async () => {
    const { app, me } = await signedUp();
    const events = newEvents(me.id);
    const username = `ada-${me.id.slice(-8)}`;
    await me.update({ firstName: 'Ada', lastName: 'Byron', username });
    await me.updateMetadata({ unsafeMetadata: { theme: { dark: true }, plan: 'free' } });
    await me.updateMetadata({ unsafeMetadata: { theme: { size: 2 }, plan: null } });

    expect(clerk.getUser(me.id)).toMatchObject({
      first_name: 'Ada',
      last_name: 'Byron',
      username,
      unsafe_metadata: { theme: { dark: true, size: 2 } },
    });
    expect(app.user?.fullName).toBe('Ada Byron');
    expect(events()).toEqual(['user.updated', 'user.updated', 'user.updated']);
    await me.update({ firstName: '' });
    expect(clerk.getUser(me.id)?.first_name).toBeNull();
  });

  it('refuses a taken or malformed username, metadata that is none, and unknown fields', async () => {
    const { app, me } = await signedUp();
    const other = await signedUp();
    const username = `name-${me.id.slice(-8)}`;
    await other.me.update({ username });
    expect(await refusal(me.update({ username }))).toEqual([422, 'form_identifier_exists username']);
    expect(await refusal(me.update({ username: 'no' }))).toEqual([
      422,
      'form_username_invalid_length username',
    ]);
    const send = async (method: string, path: string, form: Record<string, string>) => {
      const response = await submit(clerk, method, `${path}?_is_native=1`, form, {
        headers: { authorization: app.token() },
      });
      return [response.status, ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code];
    };
    expect(await send('PATCH', '/me/metadata', { unsafe_metadata: '[1' })).toEqual([
      422,
      'form_param_value_invalid',
    ]);
    expect(await send('PATCH', '/me', { public_metadata: '{}' })).toEqual([422, 'form_param_unknown']);
    expect(await send('PATCH', '/me', { primary_email_address_id: 'idn_unknown' })).toEqual([
      422,
      'form_resource_not_found',
    ]);
  });

  it('shows an uploaded picture to any page, until it is deleted', async () => {
    const { me } = await signedUp();
    const picture =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const file = new File([Buffer.from(picture, 'base64')], 'ada.png', { type: 'image/png' });
    const { publicUrl } = await me.setProfileImage({ file });
    expect(clerk.getUser(me.id)).toMatchObject({ image_url: publicUrl, has_image: true });
    const shown = await fetch(String(publicUrl), { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).toString('base64')).toBe(picture);

    await me.setProfileImage({ file: `data:image/png;base64,${picture}` });
    expect((await fetch(String(publicUrl))).status).toBe(404);
    expect(
      await refusal(me.setProfileImage({ file: new File(['<svg/>'], 'x.svg', { type: 'image/svg+xml' }) })),
    ).toEqual([422, 'form_param_value_invalid file']);
    await me.setProfileImage({ file: null });
    expect(clerk.getUser(me.id)?.has_image).toBe(false);
    expect(await refusal(me.setProfileImage({ file: null }))).toEqual([404, 'image_not_found']);
  });
});

describe('the password', () => {
  it('changes with the current one, and signs other devices out', async () => {
    const { me, address } = await signedUp();
    const other = await signedInAgain(address);
    expect(
      await refusal(me.updatePassword({ currentPassword: 'wrong', newPassword: 'new passphrase' })),
    ).toEqual([422, 'form_password_validation_failed current_password']);
    expect(await refusal(me.updatePassword({ newPassword: 'new passphrase' }))).toEqual([
      422,
      'form_param_missing current_password',
    ]);
    expect(await refusal(me.updatePassword({ currentPassword: PASSWORD, newPassword: 'short' }))).toEqual([
      422,
      'form_password_length_too_short new_password',
    ]);
    await me.updatePassword({
      currentPassword: PASSWORD,
      newPassword: 'new passphrase',
      signOutOfOtherSessions: true,
    });

    await other.client?.reload();
    expect(other.client?.sessions).toEqual([]);
    await me.reload();
    const again = await openApp(clerk);
    expect(await refusal(signInOf(again).create({ identifier: address, password: PASSWORD }))).toEqual([
      422,
      'form_password_incorrect password',
    ]);
    const { status } = await signInOf(again).create({ identifier: address, password: 'new passphrase' });
    expect(status).toBe('complete');
  });

  it('is removed with itself, unless the instance needs one', async () => {
    const { me } = await signedUp();
    expect(await refusal(me.removePassword({ currentPassword: 'wrong' }))).toEqual([
      422,
      'form_password_validation_failed current_password',
    ]);
    await clerk.changeSettings({ attributes: { password: 'required' } });
    expect(await refusal(me.removePassword({ currentPassword: PASSWORD }))).toEqual([
      400,
      'password_required',
    ]);
    await clerk.changeSettings({ attributes: { password: 'on' } });
    await me.removePassword({ currentPassword: PASSWORD });
    expect(clerk.getUser(me.id)?.password_enabled).toBe(false);
    expect(await refusal(me.removePassword({ currentPassword: PASSWORD }))).toEqual([400, 'no_password_set']);
  });
});

describe('e-mail addresses', () => {
  it('a new one is verified by a code, made the primary one, and the old one deleted', async () => {
    const { me, address } = await signedUp();
    const next = newAddress();
    const events = newEvents(me.id);
    const email = await me.createEmailAddress({ email: next });
    expect(await refusal(me.update({ primaryEmailAddressId: email.id }))).toEqual([
      422,
      'form_param_value_invalid primary_email_address_id',
    ]);
    await email.prepareVerification({ strategy: 'email_code' });
    expect(clerk.mails(next)).toMatchObject([{ code: '424242' }]);
    expect(JSON.stringify(clerk.getUser(me.id))).not.toContain('424242');
    expect(await refusal(email.attemptVerification({ code: '000000' }))).toEqual([
      422,
      'form_code_incorrect code',
    ]);
    const { verification } = await email.attemptVerification({ code: '424242' });
    expect(verification).toMatchObject({ status: 'verified', strategy: 'email_code' });
    expect(await refusal(email.attemptVerification({ code: '424242' }))).toEqual([
      400,
      'verification_not_sent',
    ]);
    expect(await refusal(email.prepareVerification({ strategy: 'email_code' }))).toEqual([
      400,
      'verification_already_verified',
    ]);
    await me.update({ primaryEmailAddressId: email.id });
    await me.emailAddresses.find((one) => one.emailAddress === address)?.destroy();
    await me.reload();
    expect(me.emailAddresses.map((one) => one.emailAddress)).toEqual([next]);
    expect(clerk.getUser(me.id)?.primary_email_address_id).toBe(email.id);
    expect(events()).toEqual(Array(4).fill('user.updated'));
    expect(await refusal(Promise.resolve(me.emailAddresses[0]?.destroy()))).toEqual([
      400,
      'last_identification_deletion_failed',
    ]);
  });

  it('refuse a code after ten minutes, one sent anew too soon, and a taken address', async () => {
    const { me } = await signedUp();
    const other = await signedUp();
    expect(await refusal(me.createEmailAddress({ email: other.address }))).toEqual([
      422,
      'form_identifier_exists email_address',
    ]);
    const email = await me.createEmailAddress({ email: newAddress() });
    await email.prepareVerification({ strategy: 'email_code' });
    expect(await refusal(email.prepareVerification({ strategy: 'email_code' }))).toEqual([
      429,
      'verification_code_too_many_requests',
    ]);
    await clerk.clock.advance(10 * 60 * 1000);
    expect(await refusal(email.attemptVerification({ code: '424242' }))).toEqual([
      400,
      'verification_expired',
    ]);
    await email.prepareVerification({ strategy: 'email_code' });
    expect((await email.attemptVerification({ code: '424242' })).verification.status).toBe('verified');
  });

  it("of another user are not found, nor that user's number or account", async () => {
    const { app } = await signedUp();
    const other = await signedUp();
    const { id } = other.me.emailAddresses[0] ?? { id: '' };
    const phone = await other.me.createPhoneNumber({ phoneNumber: '+15555550107' });
    const native = '_is_native=1';
    const options = { headers: { authorization: app.token() } };
    for (const [method, path] of [
      ['GET', `/me/email_addresses/${id}?${native}`],
      ['DELETE', `/me/email_addresses/${id}?${native}`],
      ['POST', `/me/email_addresses/${id}/prepare_verification?${native}`],
      ['POST', `/me/email_addresses/${id}/attempt_verification?${native}`],
      ['DELETE', `/me/phone_numbers/${phone.id}?${native}`],
      ['DELETE', `/me/external_accounts/${id}?${native}`],
    ] as const) {
      const response = await submit(clerk, method, path, { strategy: 'email_code', code: '424242' }, options);
      expect(response.status).toBe(404);
    }
    expect(clerk.getUser(other.me.id)?.email_addresses).toHaveLength(1);
  });
});

describe('phone numbers', () => {
  it('are verified by a code in a text message', async () => {
    const { me } = await signedUp();
    const phone = await me.createPhoneNumber({ phoneNumber: '+15555550108' });
    await phone.prepareVerification();
    expect(clerk.mails('+15555550108')).toMatchObject([{ kind: 'sms', code: '424242' }]);
    expect(clerk.deliveries().filter(({ type }) => type === 'sms.created')).toHaveLength(1);
    expect(await refusal(phone.attemptVerification({ code: '000000' }))).toEqual([
      422,
      'form_code_incorrect code',
    ]);
    await phone.attemptVerification({ code: '424242' });
    expect(clerk.getUser(me.id)).toMatchObject({
      primary_phone_number_id: phone.id,
      phone_numbers: [{ verification: { status: 'verified', strategy: 'phone_code' } }],
    });
    await phone.destroy();
    expect(clerk.getUser(me.id)).toMatchObject({ primary_phone_number_id: null, phone_numbers: [] });
    expect(await refusal(me.createPhoneNumber({ phoneNumber: '12' }))).toEqual([
      422,
      'form_param_format_invalid phone_number',
    ]);
  });
});

describe('connected accounts', () => {
  const redirectUrl = 'http://localhost:5173/account';

  it('are connected by consent, authorised again and disconnected', async () => {
    const { me } = await signedUp();
    const email = newAddress();
    const account = await me.createExternalAccount({ strategy: 'oauth_google', redirectUrl });
    expect(account.verification?.status).toBe('unverified');
    const arrived = await consent(account.verification?.externalVerificationRedirectURL, {
      email_address: email,
      first_name: 'Ada',
    });
    expect(arrived.href.startsWith(redirectUrl)).toBe(true);
    await me.reload();
    expect(me.verifiedExternalAccounts).toMatchObject([{ provider: 'google', emailAddress: email }]);
    expect(me.emailAddresses.map((one) => one.emailAddress)).toContain(email);

    expect(await refusal(me.createExternalAccount({ strategy: 'oauth_google', redirectUrl }))).toEqual([
      400,
      'oauth_account_already_connected',
    ]);
    const again = await me.verifiedExternalAccounts[0]?.reauthorize({ redirectUrl });
    await consent(again?.verification?.externalVerificationRedirectURL, { email_address: newAddress() });
    await me.reload();
    expect(me.verifiedExternalAccounts[0]).toMatchObject({
      emailAddress: email,
      verification: { error: { code: 'oauth_account_already_connected' } },
    });

    await me.verifiedExternalAccounts[0]?.destroy();
    await me.reload();
    expect(me.externalAccounts).toEqual([]);
    expect(clerk.getUser(me.id)?.external_accounts).toEqual([]);
  });

  it('are not connected when the person cancels, or when they are of another user', async () => {
    const other = await signedUp();
    const { me } = await signedUp();
    for (const [answer, code] of [
      ['cancel', 'oauth_access_denied'],
      [{ email_address: other.address }, 'oauth_identification_claimed'],
    ] as const) {
      const account = await me.createExternalAccount({ strategy: 'oauth_apple', redirectUrl });
      const arrived = await consent(account.verification?.externalVerificationRedirectURL, answer);
      expect(arrived.searchParams.get('__clerk_error_code')).toBe(code);
      await me.reload();
      expect(me.verifiedExternalAccounts).toEqual([]);
      expect(me.unverifiedExternalAccounts).toMatchObject([{ verification: { error: { code } } }]);
    }
    expect(
      await refusal(
        me.createExternalAccount({ strategy: 'oauth_apple', redirectUrl: 'https://evil.example' }),
      ),
    ).toEqual([400, 'resource_missmatch']);
  });
});

describe('sessions on other devices', () => {
  it('are listed and revoked', async () => {
    const { app, me, address } = await signedUp();
    const other = await signedInAgain(address);
    const sessions = await me.getSessions();
    expect(sessions.map(({ id }) => id).sort()).toEqual([app.session?.id, other.session?.id].sort());
    const events = newEvents(other.session?.id ?? '');
    await sessions.find(({ id }) => id === other.session?.id)?.revoke();

    expect(events()).toEqual(['session.revoked']);
    await other.client?.reload();
    expect(other.client?.sessions).toEqual([]);
    await me.reload();
    const stranger = await signedUp();
    const options = { headers: { authorization: stranger.app.token() } };
    const path = `/me/sessions/${app.session?.id}/revoke?_is_native=1`;
    expect((await submit(clerk, 'POST', path, {}, options)).status).toBe(404);
    const list = await submit(clerk, 'GET', '/me/sessions?_is_native=1', {}, options);
    expect(await list.json()).toMatchObject([{ id: stranger.app.session?.id, status: 'active' }]);
  });
});

describe('self-deletion', () => {
  it('deletes the user, ends all sessions, and reports both', async () => {
    const { app, me, address } = await signedUp();
    const other = await signedInAgain(address);
    const events = newEvents(me.id);
    const sessionEvents = newEvents(other.session?.id ?? '');
    await me.delete();

    expect(clerk.getUser(me.id)).toBeUndefined();
    expect(events()).toEqual(['user.deleted']);
    expect(sessionEvents()).toEqual(['session.ended']);
    await other.client?.reload();
    expect(other.client?.sessions).toEqual([]);
    expect(
      (await submit(clerk, 'GET', '/me?_is_native=1', {}, { headers: { authorization: app.token() } }))
        .status,
    ).toBe(401);
    expect(await signUp(await openApp(clerk), address)).toBe(address);
  });

  it('is refused when it is turned off', async () => {
    const { me } = await signedUp();
    await clerk.changeSettings({ actions: { delete_self: false } });
    expect(await refusal(me.delete())).toEqual([403, 'user_delete_self_not_enabled']);
    await clerk.changeSettings({ actions: { delete_self: true } });
    expect(clerk.getUser(me.id)).toBeDefined();
  });
});

it('nobody is nobody', async () => {
  for (const path of ['/me', '/me/sessions', '/me/email_addresses']) {
    expect((await submit(clerk, 'GET', path)).status).toBe(401);
  }
});

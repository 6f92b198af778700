import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { instancesOfOneTest, startClerkLocal } from '../support.js';
import {
  Browser,
  PASSWORD,
  newAddress,
  openApp,
  openPage,
  refusal,
  signUp,
  signUpOf,
  submit,
} from './clerk-js.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

describe.each([
  ['a browser', openPage],
  ['a native app', openApp],
])('sign-up in %s, by clerk-js', (_name, open) => {
  it('needs a verified address, then creates the user and signs in', async () => {
    const app = await open(clerk);
    const address = newAddress();
    const attempt = await signUpOf(app).create({
      emailAddress: address.toUpperCase(),
      password: PASSWORD,
      firstName: 'Ada',
      unsafeMetadata: { theme: 'dark' },
    });
    expect(attempt).toMatchObject({
      status: 'missing_requirements',
      emailAddress: address,
      missingFields: [],
      unverifiedFields: ['email_address'],
      verifications: { emailAddress: { status: null, strategy: null } },
    });
    expect(clerk.users().some(({ email_addresses: [email] }) => email?.email_address === address)).toBe(
      false,
    );

    await attempt.prepareEmailAddressVerification();
    expect(attempt.verifications.emailAddress.nextAction).toBe('needs_attempt');
    expect(clerk.mails(address)).toMatchObject([{ kind: 'email', code: '424242' }]);

    const { status, createdUserId, createdSessionId } = await attempt.attemptEmailAddressVerification({
      code: '424242',
    });
    expect(status).toBe('complete');
    await app.setActive({ session: createdSessionId });
    expect(app.user).toMatchObject({
      id: createdUserId,
      firstName: 'Ada',
      passwordEnabled: true,
      unsafeMetadata: { theme: 'dark' },
      primaryEmailAddress: {
        emailAddress: address,
        verification: { status: 'verified', strategy: 'email_code' },
      },
    });
    expect(clerk.getUser(createdUserId ?? '')).toMatchObject({ first_name: 'Ada', password_enabled: true });
    expect(app.client).toMatchObject({ lastActiveSessionId: createdSessionId, signUp: { status: null } });
  });

  it('answers the calls of custom flows, which return their errors', async () => {
    const app = await open(clerk);
    const emailAddress = newAddress();
    const attempt = signUpOf(app).__internal_future;
    const weak = await attempt.password({ emailAddress, password: 'short' });
    expect(weak).toMatchObject({ error: { errors: [{ code: 'form_password_length_too_short' }] } });
    expect(await attempt.password({ emailAddress, password: PASSWORD })).toMatchObject({ error: null });
    // Again: it changes the sign-up instead of beginning another one.
    const { id } = attempt;
    expect(await attempt.password({ emailAddress, password: PASSWORD })).toMatchObject({ error: null });
    expect(attempt.id).toBe(id);

    expect(await attempt.verifications.sendEmailCode()).toMatchObject({ error: null });
    const code = '424242';
    expect(await attempt.verifications.verifyEmailCode({ code })).toMatchObject({ error: null });
    expect(attempt.status).toBe('complete');
    expect(await attempt.finalize()).toMatchObject({ error: null });
    expect(app.user?.primaryEmailAddress?.emailAddress).toBe(emailAddress);
  });

  it('refuses taken addresses, weak passwords and wrong fields as Clerk does', async () => {
    const app = await open(clerk);
    const taken = await signUp(await open(clerk));
    const create = (fields: Parameters<ReturnType<typeof signUpOf>['create']>[0]) =>
      refusal(signUpOf(app).create({ emailAddress: newAddress(), password: PASSWORD, ...fields }));
    expect(await create({ emailAddress: taken })).toEqual([422, 'form_identifier_exists email_address']);
    expect(await create({ emailAddress: 'no address' })).toEqual([
      422,
      'form_param_format_invalid email_address',
    ]);
    expect(await create({ emailAddress: '' })).toEqual([422, 'form_param_nil email_address']);
    expect(await create({ password: 'short' })).toEqual([422, 'form_password_length_too_short password']);
    expect(await create({ password: 'x'.repeat(73) })).toEqual([
      422,
      'form_password_length_too_long password',
    ]);
    expect(await create({ password: 'ü'.repeat(40) })).toEqual([
      422,
      'form_password_size_in_bytes_exceeded password',
    ]);
    expect(await create({ username: 'ada-lovelace' })).toEqual([422, 'form_param_unknown username']);
    expect(await create({ strategy: 'oauth_nobody' as 'oauth_google' })).toEqual([
      422,
      'form_param_value_invalid strategy',
    ]);
  });

  it('goes on with what is missing, and verifies a changed address again', async () => {
    const app = await open(clerk);
    const attempt = await signUpOf(app).create({ emailAddress: newAddress() });
    expect(attempt.missingFields).toEqual(['password']);
    await attempt.prepareEmailAddressVerification();
    await attempt.attemptEmailAddressVerification({ code: '424242' });
    expect(attempt).toMatchObject({ status: 'missing_requirements', unverifiedFields: [] });

    const other = newAddress();
    await attempt.update({ emailAddress: other });
    expect(attempt.unverifiedFields).toEqual(['email_address']);
    await attempt.prepareEmailAddressVerification();
    await attempt.attemptEmailAddressVerification({ code: '424242' });
    await attempt.update({ password: PASSWORD });
    expect(attempt).toMatchObject({ status: 'complete', emailAddress: other });
    expect(await refusal(attempt.update({ firstName: 'Eve' }))).toEqual([403, 'resource_forbidden']);
  });
});

describe('sign-up', () => {
  const start = instancesOfOneTest();

  it('follows the settings: attributes, password rules, restricted mode', async () => {
    const other = await start({
      settings: {
        attributes: { username: 'required', phone_number: 'on', password: 'on' },
        password_settings: {
          min_length: 4,
          require_numbers: true,
          require_uppercase: true,
          require_lowercase: true,
          require_special_char: true,
        },
      },
    });
    const app = await openApp(other);
    expect(app.__internal_environment?.userSettings.attributes.username.required).toBe(true);
    const emailAddress = newAddress();
    expect(await refusal(signUpOf(app).create({ emailAddress, password: '....' }))).toEqual([
      422,
      'form_password_no_uppercase password',
      'form_password_no_lowercase password',
      'form_password_no_number password',
    ]);
    expect(await refusal(signUpOf(app).create({ emailAddress, password: 'aA1a' }))).toEqual([
      422,
      'form_password_no_special_char password',
    ]);
    const attempt = await signUpOf(app).create({ emailAddress, phoneNumber: '+15555550101' });
    expect(attempt.missingFields).toEqual(['username']);
    await attempt.prepareVerification({ strategy: 'email_code' });
    await attempt.attemptVerification({ strategy: 'email_code', code: '424242' });
    await attempt.update({ username: 'ada_lovelace' });
    expect(attempt.unverifiedFields).toEqual(['phone_number']);
    await attempt.prepareVerification({ strategy: 'phone_code' });
    expect(other.mails('+15555550101')).toMatchObject([{ kind: 'sms', code: '424242' }]);
    await attempt.attemptVerification({ strategy: 'phone_code', code: '424242' });
    expect(attempt.status).toBe('complete');
    expect(other.users()).toMatchObject([{ username: 'ada_lovelace', password_enabled: false }]);

    await other.changeSettings({ sign_up: { mode: 'restricted' } });
    expect(await refusal(signUpOf(await openApp(other)).create({ emailAddress: newAddress() }))).toEqual([
      403,
      'sign_up_mode_restricted',
    ]);
  });

  it('creates one user when two browsers verify the same address', async () => {
    const emailAddress = newAddress();
    const attempts = await Promise.all(
      [1, 2].map(async () => {
        const attempt = await signUpOf(await openPage(clerk)).create({ emailAddress, password: PASSWORD });
        return attempt.prepareEmailAddressVerification();
      }),
    );
    const results = await Promise.allSettled(
      attempts.map((attempt) => attempt.attemptEmailAddressVerification({ code: '424242' })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('creates nobody when somebody has signed in meanwhile', async () => {
    const other = await start();
    await other.createUser({ email_address: ['ada@example.com'], password: PASSWORD });
    const fetchFrom = new Browser().fetchFrom('http://localhost:5173');
    const post = async (path: string, form: Record<string, string>) => {
      const answer = await submit(other, 'POST', path, form, { fetch: fetchFrom });
      return (await answer.json()) as { response: { id: string }; errors?: object[] };
    };
    const created = await post('/client/sign_ups', { email_address: newAddress(), password: PASSWORD });
    const path = `/client/sign_ups/${created.response.id}`;
    await post(`${path}/prepare_verification`, { strategy: 'email_code' });
    await post('/client/sign_ins', { identifier: 'ada@example.com', password: PASSWORD });
    const attempt = await post(`${path}/attempt_verification`, { strategy: 'email_code', code: '424242' });
    expect(attempt.errors).toMatchObject([{ code: 'session_exists' }]);
    expect(other.users()).toHaveLength(1);
  });

  it('sends user.created and session.created, as at Clerk after a sign-up', async () => {
    const other = await start();
    const app = await openApp(other);
    await signUp(app);
    expect(other.deliveries().map(({ type }) => type)).toEqual([
      'email.created',
      'user.created',
      'session.created',
    ]);
  });

  it('answers wrong forms as Clerk does', async () => {
    const create = (form: Record<string, string>) => submit(clerk, 'POST', '/client/sign_ups', form);
    const wrong = await create({ unsafe_metadata: '[1]' });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      422,
      { errors: [{ code: 'form_param_value_invalid', meta: { param_name: 'unsafe_metadata' } }] },
    ]);
    const unknown = await create({ nickname: 'x' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      422,
      { errors: [{ code: 'form_param_unknown', meta: { param_name: 'nickname' } }] },
    ]);
  });
});

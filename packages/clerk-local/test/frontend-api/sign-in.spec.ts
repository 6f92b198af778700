import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { instancesOfOneTest, startClerkLocal } from '../support.js';
import { PASSWORD, newAddress, openApp, openPage, refusal, signInOf, signUp } from './clerk-js.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

/** Without the ways to a new password. */
function factors({ supportedFirstFactors }: ReturnType<typeof signInOf>) {
  return supportedFirstFactors?.filter(({ strategy }) => !strategy.startsWith('reset_password'));
}

describe.each([
  ['a browser', openPage],
  ['a native app', openApp],
])('sign-in in %s, by clerk-js', (_name, open) => {
  it('takes identifier and password in one call', async () => {
    const identifier = newAddress();
    const user = await clerk.createUser({ email_address: [identifier], password: PASSWORD });
    const app = await open(clerk);
    const { status, createdSessionId } = await signInOf(app).create({
      identifier: identifier.toUpperCase(),
      password: PASSWORD,
    });
    expect(status).toBe('complete');
    await app.setActive({ session: createdSessionId });
    expect(app.user?.id).toBe(user.id);
    expect(app.client).toMatchObject({ lastAuthenticationStrategy: 'password', signIn: { status: null } });
  });

  it('offers the factors of the user, and takes them step by step', async () => {
    const identifier = newAddress();
    const user = await clerk.createUser({
      email_address: [identifier, newAddress()],
      password: PASSWORD,
      first_name: 'Ada',
    });
    const [email, second] = user.email_addresses;
    const app = await open(clerk);
    const attempt = await signInOf(app).create({ identifier });
    expect(attempt).toMatchObject({ status: 'needs_first_factor', userData: { firstName: 'Ada' } });
    expect(factors(attempt)).toMatchObject([
      { strategy: 'password' },
      { strategy: 'email_code', emailAddressId: email?.id, safeIdentifier: identifier, primary: true },
      { strategy: 'email_code', emailAddressId: second?.id, primary: false },
    ]);
    expect(await refusal(attempt.attemptFirstFactor({ strategy: 'password', password: 'wrong' }))).toEqual([
      422,
      'form_password_incorrect password',
    ]);
    expect(await refusal(attempt.attemptFirstFactor({ strategy: 'password', password: '' }))).toEqual([
      422,
      'form_param_nil password',
    ]);
    const emailAddressId = second?.id ?? '';
    await attempt.prepareFirstFactor({ strategy: 'email_code', emailAddressId });
    expect(attempt.firstFactorVerification).toMatchObject({ status: 'unverified', strategy: 'email_code' });
    expect(clerk.mails(second?.email_address)).toMatchObject([{ code: '424242' }]);
    const done = await attempt.attemptFirstFactor({ strategy: 'email_code', code: '424242' });
    expect(done).toMatchObject({ status: 'complete', firstFactorVerification: { status: 'verified' } });
    expect(await refusal(attempt.attemptFirstFactor({ strategy: 'email_code', code: '424242' }))).toEqual([
      403,
      'resource_forbidden',
    ]);
  });

  it('refuses unknown identifiers, factors that the user lacks, and banned users', async () => {
    const app = await open(clerk);
    const create = (fields: Parameters<ReturnType<typeof signInOf>['create']>[0]) =>
      refusal(signInOf(app).create(fields));
    expect(await create({ identifier: newAddress() })).toEqual([422, 'form_identifier_not_found identifier']);
    expect(await create({ identifier: '' })).toEqual([422, 'form_param_nil identifier']);

    const identifier = newAddress();
    const { id } = await clerk.createUser({ email_address: [identifier] });
    expect(await create({ identifier, password: PASSWORD })).toEqual([400, 'strategy_for_user_invalid']);
    expect(await create({ identifier, strategy: 'phone_code' })).toEqual([400, 'strategy_for_user_invalid']);
    await clerk.banUser(id);
    expect(await create({ identifier, strategy: 'email_code' })).toEqual([403, 'user_banned']);

    const unverified = newAddress();
    await clerk.createUser({
      email_address: [unverified],
      email_address_identification_status: ['unverified'],
    });
    expect(await create({ identifier: unverified })).toEqual([422, 'form_identifier_not_found identifier']);
  });

  it('is refused while somebody is signed in', async () => {
    const app = await open(clerk);
    const identifier = await signUp(app);
    expect(await refusal(signInOf(app).create({ identifier, password: PASSWORD }))).toEqual([
      400,
      'session_exists',
    ]);
  });
});

describe('sign-in', () => {
  const start = instancesOfOneTest();

  it('has several sessions in one client when the instance allows them, one of each user', async () => {
    const instance = await start({ settings: { single_session_mode: false } });
    const app = await openApp(instance);
    const first = await signUp(app);
    const firstId = app.user?.id;
    await signUp(app);
    expect(app.client?.sessions).toHaveLength(2);
    expect(app.user?.id).not.toBe(firstId);
    expect(await refusal(signInOf(app).create({ identifier: first, password: PASSWORD }))).toEqual([
      400,
      'identifier_already_signed_in',
    ]);
    const [session] = app.client?.sessions ?? [];
    await app.setActive({ session: session?.id ?? '' });
    expect(app.user?.id).toBe(firstId);
  });

  it('finds users by username, and follows the settings', async () => {
    const instance = await start({ settings: { attributes: { username: 'on' }, email_code: false } });
    const emailAddress = newAddress();
    await instance.createUser({ username: 'Ada_L', email_address: [emailAddress], password: PASSWORD });
    const app = await openApp(instance);
    const attempt = await signInOf(app).create({ identifier: 'ada_l' });
    expect(factors(attempt)).toMatchObject([{ strategy: 'password' }]);
    expect((await attempt.attemptFirstFactor({ strategy: 'password', password: PASSWORD })).status).toBe(
      'complete',
    );
    await instance.changeSettings({ attributes: { username: 'off' } });
    expect(await refusal(signInOf(await openApp(instance)).create({ identifier: 'ada_l' }))).toEqual([
      422,
      'form_identifier_not_found identifier',
    ]);
  });

  it('is over when its user is deleted', async () => {
    const identifier = newAddress();
    const { id } = await clerk.createUser({ email_address: [identifier], password: PASSWORD });
    const attempt = await signInOf(await openApp(clerk)).create({ identifier });
    await clerk.deleteUser(id);
    expect(await refusal(attempt.attemptFirstFactor({ strategy: 'password', password: PASSWORD }))).toEqual([
      400,
      'sign_in_identification_or_user_deleted',
    ]);
  });
});

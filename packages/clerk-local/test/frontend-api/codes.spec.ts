import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { backend, instancesOfOneTest, startClerkLocal } from '../support.js';
import { PASSWORD, newAddress, openApp, refusal, signInOf, signUpOf, submit } from './clerk-js.js';

const MINUTE_MS = 60_000;

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

/** A sign-up whose code was sent. */
async function prepared(instance: ClerkLocal, emailAddress = newAddress()) {
  const attempt = await signUpOf(await openApp(instance)).create({ emailAddress, password: PASSWORD });
  return attempt.prepareEmailAddressVerification();
}

describe('codes', () => {
  it('refuses a wrong, an empty and an unsent code, and counts the tries', async () => {
    const attempt = await signUpOf(await openApp(clerk)).create({
      emailAddress: newAddress(),
      password: PASSWORD,
    });
    const tryCode = (code: string) => refusal(attempt.attemptEmailAddressVerification({ code }));
    expect(await tryCode('424242')).toEqual([400, 'verification_not_sent']);
    await attempt.prepareEmailAddressVerification();
    expect(await tryCode('')).toEqual([422, 'form_param_nil code']);
    expect(await tryCode('000000')).toEqual([422, 'form_code_incorrect code']);
    await attempt.reload();
    expect(attempt.verifications.emailAddress).toMatchObject({ attempts: 1, status: 'unverified' });
    await attempt.attemptEmailAddressVerification({ code: '424242' });
    expect(attempt.status).toBe('complete');
  });

  it('holds a code for 10 minutes of the test clock', async () => {
    const instance = await start();
    const attempt = await prepared(instance);
    await instance.clock.advance(10 * MINUTE_MS - 1000);
    const other = await prepared(instance);
    await instance.clock.advance(1000);
    expect(await refusal(attempt.attemptEmailAddressVerification({ code: '424242' }))).toEqual([
      400,
      'verification_expired',
    ]);
    await attempt.reload();
    expect(attempt.verifications.emailAddress.status).toBe('expired');
    await other.attemptEmailAddressVerification({ code: '424242' });
    expect(other.status).toBe('complete');
    await attempt.prepareEmailAddressVerification();
    await attempt.attemptEmailAddressVerification({ code: '424242' });
    expect(attempt.status).toBe('complete');
  });

  it('refuses to send another code for 60 s; the older one is worth nothing then', async () => {
    const instance = await start({ settings: { verification: { code: 'random' } } });
    const address = newAddress();
    const attempt = await prepared(instance, address);
    const resend = () => attempt.prepareEmailAddressVerification();
    expect(await refusal(resend())).toEqual([429, 'verification_code_too_many_requests']);
    await instance.clock.advance(MINUTE_MS - 1000);
    expect(await refusal(resend())).toEqual([429, 'verification_code_too_many_requests']);
    await instance.clock.advance(1000);
    await resend();
    const [older, newer] = instance.mails(address).map(({ code }) => code ?? '');
    expect([older, newer]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    expect(older).not.toBe(newer);
    expect(await refusal(attempt.attemptEmailAddressVerification({ code: older ?? '' }))).toEqual([
      422,
      'form_code_incorrect code',
    ]);
    await attempt.attemptEmailAddressVerification({ code: newer ?? '' });
    expect(attempt.status).toBe('complete');
  });

  it('names the wait in Retry-After', async () => {
    const instance = await start({ settings: { verification: { resend_wait_in_seconds: 90 } } });
    const created = await submit(instance, 'POST', '/client/sign_ups?_is_native=1', {
      email_address: newAddress(),
      strategy: 'email_code',
    });
    const { response } = (await created.json()) as { response: { id: string } };
    const authorization = created.headers.get('authorization') ?? '';
    const again = await submit(
      instance,
      'POST',
      `/client/sign_ups/${response.id}/prepare_verification?_is_native=1`,
      { strategy: 'email_code' },
      { headers: { authorization } },
    );
    expect([again.status, Number(again.headers.get('retry-after'))]).toEqual([429, 90]);
  });

  it('is locked after the wrong tries that the instance allows, until another one is sent', async () => {
    const instance = await start({
      settings: { verification: { max_attempts: 2, resend_wait_in_seconds: 0 } },
    });
    const attempt = await prepared(instance);
    const tryCode = (code: string) => refusal(attempt.attemptEmailAddressVerification({ code }));
    expect(await tryCode('000000')).toEqual([422, 'form_code_incorrect code']);
    expect(await tryCode('000000')).toEqual([422, 'form_code_incorrect code']);
    expect(await tryCode('424242')).toEqual([429, 'too_many_requests']);
    await attempt.reload();
    expect(attempt.verifications.emailAddress).toMatchObject({ attempts: 2, status: 'failed' });
    await attempt.prepareEmailAddressVerification();
    await attempt.attemptEmailAddressVerification({ code: '424242' });
    expect(attempt.status).toBe('complete');
  });
});

describe('lockout', () => {
  const settings = { user_lockout: { max_attempts: 2, duration_in_minutes: 30 } };

  it('locks a user after wrong passwords and codes, over all clients, until its time is over', async () => {
    const instance = await start({ settings });
    const identifier = newAddress();
    const { id } = await instance.createUser({ email_address: [identifier], password: PASSWORD });
    const signIn = async (password: string) =>
      signInOf(await openApp(instance)).create({ identifier, password });
    expect(await refusal(signIn('wrong'))).toEqual([422, 'form_password_incorrect password']);

    const byCode = await signInOf(await openApp(instance)).create({ identifier, strategy: 'email_code' });
    expect(await refusal(byCode.attemptFirstFactor({ strategy: 'email_code', code: '000000' }))).toEqual([
      422,
      'form_code_incorrect code',
    ]);
    expect(await refusal(signIn(PASSWORD))).toEqual([403, 'user_locked']);
    expect(await refusal(byCode.attemptFirstFactor({ strategy: 'email_code', code: '424242' }))).toEqual([
      403,
      'user_locked',
    ]);
    const answer = await submit(instance, 'POST', '/client/sign_ins', { identifier, password: PASSWORD });
    expect(await answer.json()).toMatchObject({
      errors: [{ code: 'user_locked', meta: { lockout_expires_in_seconds: 1800 } }],
    });
    const { users } = backend(instance);
    expect((await users.getUser(id)).locked).toBe(true);

    await instance.clock.advance(30 * MINUTE_MS);
    expect((await users.getUser(id)).locked).toBe(false);
    expect(instance.getUser(id)?.lockout_expires_in_seconds).toBe(null);
    expect(await refusal(signIn('wrong'))).toEqual([422, 'form_password_incorrect password']);
    expect((await signIn(PASSWORD)).status).toBe('complete');
    expect(instance.getUser(id)?.verification_attempts_remaining).toBe(2);
  });

  it("ends with the Backend API's unlock", async () => {
    const instance = await start({ settings });
    const identifier = newAddress();
    const { id } = await instance.createUser({ email_address: [identifier], password: PASSWORD });
    const { users } = backend(instance);
    await users.lockUser(id);
    const signIn = async () => signInOf(await openApp(instance)).create({ identifier, password: PASSWORD });
    expect(await refusal(signIn())).toEqual([403, 'user_locked']);
    await users.unlockUser(id);
    expect((await signIn()).status).toBe('complete');
  });

  it('can be switched off', async () => {
    const instance = await start({ settings: { user_lockout: { enabled: false, max_attempts: 1 } } });
    const identifier = newAddress();
    await instance.createUser({ email_address: [identifier], password: PASSWORD });
    const app = await openApp(instance);
    expect(await refusal(signInOf(app).create({ identifier, password: 'wrong' }))).toHaveLength(2);
    expect((await signInOf(app).create({ identifier, password: PASSWORD })).status).toBe('complete');
  });
});

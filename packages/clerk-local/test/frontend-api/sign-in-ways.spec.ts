import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { backend, startClerkLocal } from '../support.js';
import { Browser, PASSWORD, newAddress, openApp, openPage, refusal, signInOf, signUp } from './clerk-js.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

describe('a ticket', () => {
  it('signs its user in, once', async () => {
    const { id } = await clerk.createUser({ email_address: [newAddress()] });
    const { token } = await backend(clerk).signInTokens.createSignInToken({
      userId: id,
      expiresInSeconds: 600,
    });
    const page = await openPage(clerk);
    const signIn = await signInOf(page).create({ strategy: 'ticket', ticket: token });
    expect(signIn).toMatchObject({
      status: 'complete',
      firstFactorVerification: { strategy: 'ticket', status: 'verified' },
    });
    await page.setActive({ session: signIn.createdSessionId });
    expect(page.user?.id).toBe(id);
    const again = signInOf(await openPage(clerk)).create({ strategy: 'ticket', ticket: token });
    expect(await refusal(again)).toEqual([400, 'sign_in_token_already_used_code']);
  });

  it('is refused when it is revoked, expired, unknown or of a banned user', async () => {
    const { id } = await clerk.createUser({ email_address: [newAddress()] });
    const { signInTokens } = backend(clerk);
    const use = async (ticket: string) =>
      refusal(signInOf(await openPage(clerk)).create({ strategy: 'ticket', ticket }));
    const revoked = await signInTokens.createSignInToken({ userId: id, expiresInSeconds: 600 });
    await signInTokens.revokeSignInToken(revoked.id);
    expect(await use(revoked.token)).toEqual([400, 'sign_in_token_revoked_code']);
    const expired = await signInTokens.createSignInToken({ userId: id, expiresInSeconds: 600 });
    await clerk.clock.advance(600_000);
    expect(await use(expired.token)).toEqual([400, 'ticket_expired_code']);
    expect(await use('unknown')).toEqual([400, 'ticket_invalid_code']);
    const locked = await signInTokens.createSignInToken({ userId: id, expiresInSeconds: 600 });
    await backend(clerk).users.lockUser(id);
    expect(await use(locked.token)).toEqual([403, 'user_locked']);
    const banned = await signInTokens.createSignInToken({ userId: id, expiresInSeconds: 600 });
    await clerk.banUser(id);
    expect(await use(banned.token)).toEqual([403, 'user_banned']);
  });
});

describe('a password reset', () => {
  it('needs the code, then a new password, and can sign other devices out', async () => {
    const other = await openApp(clerk);
    const address = await signUp(other);
    const app = await openApp(clerk);
    const signIn = await signInOf(app).create({ identifier: address });
    const factor = signIn.supportedFirstFactors?.find(
      ({ strategy }) => strategy === 'reset_password_email_code',
    );
    expect(factor).toMatchObject({ safeIdentifier: address, primary: true });
    const emailAddressId = factor && 'emailAddressId' in factor ? factor.emailAddressId : '';
    await signIn.prepareFirstFactor({ strategy: 'reset_password_email_code', emailAddressId });
    expect(clerk.mails(address).at(-1)?.subject).toBe('424242 is your reset password code');

    expect(await refusal(signIn.resetPassword({ password: 'new passphrase' }))).toEqual([
      400,
      'client_state_invalid',
    ]);
    const attempt = (code: string) =>
      signIn.attemptFirstFactor({ strategy: 'reset_password_email_code', code });
    expect(await refusal(attempt('000000'))).toEqual([422, 'form_code_incorrect code']);
    expect((await attempt('424242')).status).toBe('needs_new_password');
    expect(app.client?.sessions).toEqual([]);
    expect(await refusal(signIn.resetPassword({ password: 'short' }))).toEqual([
      422,
      'form_password_length_too_short password',
    ]);
    const done = await signIn.resetPassword({ password: 'new passphrase', signOutOfOtherSessions: true });

    expect(done.status).toBe('complete');
    await other.client?.reload();
    expect(other.client?.sessions).toEqual([]);
    expect(app.client?.sessions).toHaveLength(1);
    const later = await openApp(clerk);
    expect(await refusal(signInOf(later).create({ identifier: address, password: PASSWORD }))).toEqual([
      422,
      'form_password_incorrect password',
    ]);
    const { status } = await signInOf(later).create({ identifier: address, password: 'new passphrase' });
    expect(status).toBe('complete');
  });

  it('keeps other devices signed in by default, and its code expires', async () => {
    const other = await openApp(clerk);
    const address = await signUp(other);
    const app = await openApp(clerk);
    const signIn = await signInOf(app).create({ identifier: address, strategy: 'reset_password_email_code' });
    await clerk.clock.advance(10 * 60 * 1000);
    const attempt = () =>
      signIn.attemptFirstFactor({ strategy: 'reset_password_email_code', code: '424242' });
    expect(await refusal(attempt())).toEqual([400, 'verification_expired']);
    const emailAddressId = other.user?.primaryEmailAddressId ?? '';
    await signIn.prepareFirstFactor({ strategy: 'reset_password_email_code', emailAddressId });
    await attempt();
    await signIn.resetPassword({ password: 'new passphrase' });
    await other.client?.reload();
    expect(other.client?.sessions).toHaveLength(1);
  });
});

describe('client trust', () => {
  beforeAll(() => clerk.changeSettings({ client_trust: true }));
  afterAll(() => clerk.changeSettings({ client_trust: false }));

  it('asks for a code after the password on a new device, and not again on a known one', async () => {
    const address = await signUp(await openPage(clerk));
    const browser = new Browser();
    const page = await openPage(clerk, { browser });
    const signIn = await signInOf(page).create({ identifier: address, password: PASSWORD });

    expect(signIn).toMatchObject({
      status: 'needs_client_trust',
      clientTrustState: 'new',
      createdSessionId: null,
      supportedSecondFactors: [{ strategy: 'email_code', safeIdentifier: address }],
    });
    expect(page.client?.sessions).toEqual([]);
    expect(await refusal(signIn.attemptSecondFactor({ strategy: 'email_code', code: '424242' }))).toEqual([
      400,
      'verification_not_sent',
    ]);
    await signIn.prepareSecondFactor({ strategy: 'email_code' });
    expect(clerk.mails(address)).toHaveLength(2);
    expect(await refusal(signIn.attemptSecondFactor({ strategy: 'email_code', code: '000000' }))).toEqual([
      422,
      'form_code_incorrect code',
    ]);
    const done = await signIn.attemptSecondFactor({ strategy: 'email_code', code: '424242' });
    expect(done.status).toBe('complete');
    await page.setActive({ session: done.createdSessionId });
    await page.signOut();

    const known = await openPage(clerk, { browser });
    const again = await signInOf(known).create({ identifier: address, password: PASSWORD });
    expect(again).toMatchObject({ status: 'complete', clientTrustState: 'known' });
  });

  it('needs the right password first, and no code when it is turned off', async () => {
    const address = await signUp(await openPage(clerk));
    const page = await openPage(clerk);
    expect(await refusal(signInOf(page).create({ identifier: address, password: 'wrong' }))).toEqual([
      422,
      'form_password_incorrect password',
    ]);
    const signIn = await signInOf(page).create({ identifier: address });
    expect(signIn.clientTrustState).toBe('new');
    expect(await refusal(signIn.prepareSecondFactor({ strategy: 'email_code' }))).toEqual([
      400,
      'no_second_factors',
    ]);
    await clerk.changeSettings({ client_trust: false });
    const { status } = await signInOf(page).create({ identifier: address, password: PASSWORD });
    expect(status).toBe('complete');
    await clerk.changeSettings({ client_trust: true });
  });
});

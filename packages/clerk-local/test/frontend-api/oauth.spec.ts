import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal, User } from 'clerk-local';
import { startClerkLocal } from '../support.js';
import {
  PASSWORD,
  newAddress,
  openApp,
  openPage,
  refusal,
  signInOf,
  signUp,
  signUpOf,
  submit,
} from './clerk-js.js';
import { consent } from './consent.js';

type ClerkJs = Awaited<ReturnType<typeof openPage>>;

const CALLBACK = 'http://localhost:5173/sso-callback';
const HOME = 'http://localhost:5173/home';
const APP_CALLBACK = 'myapp://sso-callback';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

async function startSignIn(clerkJs: ClerkJs, strategy: 'oauth_google' | 'oauth_apple' = 'oauth_google') {
  const signIn = await signInOf(clerkJs).create({
    strategy,
    redirectUrl: CALLBACK,
    actionCompleteRedirectUrl: HOME,
  });
  return signIn.firstFactorVerification.externalVerificationRedirectURL;
}

async function startSignUp(clerkJs: ClerkJs, strategy: 'oauth_google' | 'oauth_apple' = 'oauth_google') {
  const signUp = await signUpOf(clerkJs).create({
    strategy,
    redirectUrl: CALLBACK,
    actionCompleteRedirectUrl: HOME,
  });
  return signUp.verifications.externalAccount.externalVerificationRedirectURL;
}

/** A user who came by Google, signed out. */
async function googleUser(email = newAddress()): Promise<string> {
  const page = await openPage(clerk);
  await consent(await startSignUp(page), { email_address: email, first_name: 'Ada', last_name: 'Byron' });
  return email;
}

function userWith(email: string): User | undefined {
  return clerk.users().find(({ email_addresses: own }) => own.some((one) => one.email_address === email));
}

function eventsOf(userId: string | undefined): string[] {
  return clerk
    .deliveries()
    .filter(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id === userId)
    .map(({ type }) => type);
}

describe('sign-up at a provider', () => {
  it('creates a user with the name, the verified address and the account, and signs in', async () => {
    const page = await openPage(clerk);
    const email = newAddress();
    const arrived = await consent(await startSignUp(page), {
      email_address: email,
      first_name: 'Ada',
      last_name: 'Byron',
    });

    expect(arrived.href).toBe(HOME);
    await page.client?.reload();
    await page.setActive({ session: page.client?.lastActiveSessionId ?? null });
    expect(page.user).toMatchObject({
      firstName: 'Ada',
      lastName: 'Byron',
      passwordEnabled: false,
      primaryEmailAddress: { emailAddress: email, verification: { status: 'verified' } },
      externalAccounts: [{ provider: 'google', emailAddress: email, verification: { status: 'verified' } }],
    });
    expect(page.user?.primaryEmailAddress?.verification.strategy).toBe('from_oauth_google');
    expect(page.user?.primaryEmailAddress?.linkedTo).toHaveLength(1);
    expect(eventsOf(page.user?.id)).toEqual(['user.created']);
    const created = clerk
      .deliveries()
      .find(({ type, body }) => type === 'user.created' && body.includes(email));
    expect(JSON.parse(created?.body ?? '')).toMatchObject({
      data: { external_accounts: [{ provider: 'oauth_google', email_address: email }] },
    });
  });

  it('waits for what the provider does not know', async () => {
    const strict = await startClerkLocal({ settings: { attributes: { username: 'required' } } });
    try {
      const page = await openPage(strict);
      const arrived = await consent(await startSignUp(page, 'oauth_apple'), { email_address: newAddress() });
      expect(arrived.href).toBe(CALLBACK);
      await signUpOf(page).reload();
      expect(signUpOf(page)).toMatchObject({ status: 'missing_requirements', missingFields: ['username'] });
      const done = await signUpOf(page).update({ username: 'countess' });
      expect(done.status).toBe('complete');
      expect(strict.users()[0]).toMatchObject({
        username: 'countess',
        external_accounts: [{ provider: 'oauth_apple' }],
      });
    } finally {
      await strict.close();
    }
  });

  it('of a user becomes a sign-in by transfer', async () => {
    const email = await googleUser();
    const page = await openPage(clerk);
    const arrived = await consent(await startSignUp(page), { email_address: email });

    expect(`${arrived.origin}${arrived.pathname}`).toBe(CALLBACK);
    await signUpOf(page).reload();
    expect(signUpOf(page).verifications.externalAccount).toMatchObject({
      status: 'transferable',
      error: { code: 'external_account_exists' },
    });
    const signIn = await signInOf(page).create({ transfer: true });
    expect(signIn.status).toBe('complete');
    await page.setActive({ session: signIn.createdSessionId });
    expect(page.user?.id).toBe(userWith(email)?.id);
    expect(clerk.users().filter(({ id }) => id === page.user?.id)).toHaveLength(1);
  });
});

describe('sign-in at a provider', () => {
  it('signs a known person in', async () => {
    const email = await googleUser();
    const page = await openPage(clerk);
    const arrived = await consent(await startSignIn(page), { email_address: email });

    expect(arrived.href).toBe(HOME);
    await page.client?.reload();
    expect(page.client?.sessions).toHaveLength(1);
    expect(page.client?.sessions[0]?.user?.primaryEmailAddress?.emailAddress).toBe(email);
    expect(page.client?.lastAuthenticationStrategy).toBe('oauth_google');
  });

  it('of an unknown person becomes a sign-up by transfer', async () => {
    const page = await openPage(clerk);
    const email = newAddress();
    const arrived = await consent(await startSignIn(page), { email_address: email, first_name: 'Grace' });

    expect(`${arrived.origin}${arrived.pathname}`).toBe(CALLBACK);
    await signInOf(page).reload();
    expect(signInOf(page)).toMatchObject({
      status: 'needs_identifier',
      firstFactorVerification: { status: 'transferable', error: { code: 'external_account_not_found' } },
    });
    expect(userWith(email)).toBeUndefined();
    const attempt = await signUpOf(page).create({ transfer: true, unsafeMetadata: { plan: 'free' } });
    expect(attempt.status).toBe('complete');
    expect(userWith(email)).toMatchObject({
      first_name: 'Grace',
      unsafe_metadata: { plan: 'free' },
      external_accounts: [{ provider: 'oauth_google' }],
    });
    expect(await refusal(signUpOf(await openPage(clerk)).create({ transfer: true }))).toEqual([
      400,
      'account_transfer_invalid',
    ]);
  });

  it('connects the account to the user who has verified the address', async () => {
    const other = await openPage(clerk);
    const email = await signUp(other);
    const page = await openPage(clerk);
    const arrived = await consent(await startSignIn(page), { email_address: email.toUpperCase() });

    expect(arrived.href).toBe(HOME);
    expect(userWith(email)?.external_accounts).toMatchObject([
      { provider: 'oauth_google', email_address: email, verification: { status: 'verified' } },
    ]);
    expect(eventsOf(other.user?.id)).toEqual(['user.created', 'user.updated']);
  });

  it('does not trust an address that its user has not verified', async () => {
    const email = newAddress();
    const victim = await clerk.createUser({
      email_address: [email],
      email_address_identification_status: ['unverified'],
    });
    const page = await openPage(clerk);
    await consent(await startSignIn(page), { email_address: email });
    await signInOf(page).reload();

    expect(signInOf(page).firstFactorVerification.status).toBe('transferable');
    expect(clerk.getUser(victim.id)?.external_accounts).toEqual([]);
    expect(await refusal(signUpOf(page).create({ transfer: true }))).toEqual([
      422,
      'form_identifier_exists email_address',
    ]);
  });

  it('tells the app that the person cancelled', async () => {
    const page = await openPage(clerk);
    const arrived = await consent(await startSignIn(page), 'cancel');

    expect(arrived.searchParams.get('__clerk_error_code')).toBe('oauth_access_denied');
    await signInOf(page).reload();
    expect(signInOf(page).firstFactorVerification).toMatchObject({
      status: 'failed',
      error: { code: 'oauth_access_denied', longMessage: 'You did not grant access to your Google account' },
    });
    expect(page.client?.sessions).toEqual([]);
  });

  it('refuses a banned user', async () => {
    const email = await googleUser();
    await clerk.banUser(userWith(email)?.id ?? '');
    const page = await openPage(clerk);
    await consent(await startSignIn(page), { email_address: email });
    await signInOf(page).reload();
    expect(signInOf(page).firstFactorVerification.error?.code).toBe('user_banned');
  });

  it('gives an app its result by a nonce, once', async () => {
    const email = await googleUser();
    const app = await openApp(clerk);
    const { firstFactorVerification: asked } = await signInOf(app).create({
      strategy: 'oauth_google',
      redirectUrl: APP_CALLBACK,
    });
    const arrived = await consent(asked.externalVerificationRedirectURL, { email_address: email });
    const nonce = arrived.searchParams.get('rotating_token_nonce') ?? '';

    expect(arrived.href).toMatch(/^myapp:\/\/sso-callback\?rotating_token_nonce=\w{32}$/);
    expect(await refusal(signInOf(app).reload({ rotatingTokenNonce: 'forged' }))).toEqual([
      400,
      'invalid_query_parameter_value',
    ]);
    const signIn = await signInOf(app).reload({ rotatingTokenNonce: nonce });
    expect(signIn.status).toBe('complete');
    await app.setActive({ session: signIn.createdSessionId });
    expect(app.user?.primaryEmailAddress?.emailAddress).toBe(email);
    expect(await refusal(signIn.reload({ rotatingTokenNonce: nonce }))).toEqual([
      400,
      'invalid_query_parameter_value',
    ]);
  });
});

describe('a redirect URL', () => {
  it.each([
    ['https://evil.example/callback', 'resource_missmatch'],
    ['http://localhost@evil.example/', 'resource_missmatch'],
    ['http://localhost.evil.example/', 'resource_missmatch'],
    ['http://192.168.1.7:3000/', 'resource_missmatch'],
    ['javascript://localhost/%0aalert(1)', 'resource_missmatch'],
    ['java\nscript://localhost/%0aalert(1)', 'invalid_redirect_url'],
    ['data:text/html,<h1>hi</h1>', 'invalid_redirect_url'],
    ['file:///etc/passwd', 'resource_missmatch'],
    ['//evil.example', 'invalid_redirect_url'],
    ['/sso-callback', 'invalid_redirect_url'],
  ])('%j is refused', async (url, code) => {
    for (const urls of [{ redirectUrl: url }, { redirectUrl: CALLBACK, actionCompleteRedirectUrl: url }]) {
      const page = await openPage(clerk);
      const [, refused] = await refusal(signInOf(page).create({ strategy: 'oauth_google', ...urls }));
      expect(refused).toBe(code);
    }
  });

  it.each([
    'http://127.0.0.1:8080/cb',
    'http://app.localhost:3000/',
    'http://[::1]:3000/',
    'exp://10.0.0.7:8081/--/cb',
  ])('%j is accepted', async (redirectUrl) => {
    const page = await openPage(clerk);
    const { firstFactorVerification: asked } = await signInOf(page).create({
      strategy: 'oauth_google',
      redirectUrl,
    });
    const arrived = await consent(asked.externalVerificationRedirectURL, 'cancel');
    expect(arrived.href.startsWith(redirectUrl)).toBe(true);
  });

  it('is needed', async () => {
    const page = await openPage(clerk);
    expect((await submit(clerk, 'POST', '/client/sign_ins', { strategy: 'oauth_google' })).status).toBe(422);
    expect(
      await refusal(signInOf(page).create({ strategy: 'oauth_github', redirectUrl: CALLBACK } as never)),
    ).toEqual([422, 'form_param_value_invalid strategy']);
  });
});

describe('the consent page', () => {
  it('offers the people of the provider, escaped, and lets nothing run', async () => {
    const email = newAddress();
    const first = await openPage(clerk);
    await consent(await startSignUp(first), {
      email_address: email,
      first_name: '<script>alert(1)</script>',
    });
    const page = await openPage(clerk);
    const response = await fetch(String(await startSignIn(page)));
    const html = await response.text();

    expect(html).toContain(email);
    expect(html).toContain('&#60;script&#62;alert(1)');
    expect(html).not.toContain('<script');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:5173");
    const [, style = ''] = /href="([^"]+\.css)"/.exec(html) ?? [];
    const css = await fetch(`${clerk.url}${style}`);
    expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });

  it('refuses a forged, expired or answered state, and answers of other pages', async () => {
    const page = await openPage(clerk);
    const url = String(await startSignIn(page));
    const forged = `${clerk.proxyUrl}/oauth_consent?state=forged`;
    expect((await fetch(forged)).status).toBe(400);
    const answer = { method: 'POST', body: new URLSearchParams({ consent: 'deny' }) };
    expect((await fetch(forged, answer)).status).toBe(400);
    expect((await fetch(url, { ...answer, headers: { origin: 'http://localhost:5173' } })).status).toBe(403);

    const state = new URL(url).searchParams.get('state') ?? '';
    const callback = `${clerk.proxyUrl}/v1/oauth_callback?state=${state}`;
    expect((await fetch(callback)).status).toBe(400);
    expect((await fetch(`${callback}&code=forged`)).status).toBe(400);
    expect((await fetch(`${callback}&error=access_denied`)).status).toBe(400);
    const allow = new URLSearchParams({ consent: 'allow', email_address: newAddress() });
    const answered = await fetch(url, { method: 'POST', body: allow, redirect: 'manual' });
    expect((await fetch(`${callback}&code=forged`)).status).toBe(400);
    const genuine = answered.headers.get('location') ?? '';
    expect((await fetch(genuine, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(genuine, { redirect: 'manual' })).status).toBe(400);
    expect((await fetch(url)).status).toBe(400);
    expect((await fetch(`${callback}&error=access_denied`)).status).toBe(400);

    const late = String(await startSignIn(await openPage(clerk)));
    await clerk.clock.advance(10 * 60 * 1000);
    expect((await fetch(late)).status).toBe(400);
  });

  it('asks again for an address that is none', async () => {
    const url = String(await startSignIn(await openPage(clerk)));
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ consent: 'allow', email_address: 'nobody' }),
    });
    expect(response.status).toBe(422);
  });
});

describe("another client's sign-in", () => {
  it('is not found', async () => {
    const page = await openPage(clerk);
    const url = await startSignIn(page);
    const { id } = signInOf(page);
    const stranger = await openApp(clerk);
    await startSignIn(stranger);
    const headers = { authorization: stranger.token() };
    for (const [method, step, form] of [
      ['GET', '', {}],
      ['POST', '/prepare_first_factor', { strategy: 'email_code' }],
      ['POST', '/attempt_first_factor', { strategy: 'password', password: PASSWORD }],
      ['POST', '/reset_password', { password: PASSWORD }],
      ['POST', '/attempt_second_factor', { strategy: 'email_code', code: '424242' }],
    ] as const) {
      const path = `/client/sign_ins/${id}${step}?_is_native=1`;
      expect((await submit(clerk, method, path, form, { headers })).status).toBe(404);
    }

    await consent(url, { email_address: newAddress() });
    expect(await refusal(signUpOf(stranger).create({ transfer: true }))).toEqual([
      400,
      'account_transfer_invalid',
    ]);
  });
});

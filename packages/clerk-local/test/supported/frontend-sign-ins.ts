import { ADA, type Browser, REDIRECTS } from './browser.ts';
import { type Claim, inBrowser } from './claim.ts';

const PATH = '/v1/client/sign_ins';
const NONE = `${PATH}/sia_none`;
const IDENTIFIER = 'ada@example.com';
const CONSENT = 'consent at the local page of the provider';

/** Operations of a sign-in. */
export const signInClaims: readonly Claim[] = [
  inBrowser('POST /v1/client/sign_ins', async ({ browser, sdk, user, writes, refuses }) => {
    const { id } = await user();
    const page = browser();
    await writes(
      () => page.signIn(),
      async () => (await sdk.sessions.getSessionList({ userId: id })).totalCount,
    );
    const wrong = { identifier: 'nobody@example.com' };
    await refuses(() => page.call('POST', PATH, wrong), 422, 'form_identifier_not_found');
  }),
  inBrowser('GET /v1/client/sign_ins/{sign_in_id}', async ({ browser, user, reads, refuses }) => {
    await user();
    const page = browser();
    const id = await identify(page);
    await reads(() => page.call('GET', `${PATH}/${id}`), {
      body: { response: { id, identifier: IDENTIFIER, status: 'needs_first_factor' } },
    });
    await refuses(() => page.call('GET', NONE), 404, 'resource_not_found');
  }),
  inBrowser(
    'POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor',
    async ({ browser, clerk, user, writes, refuses }) => {
      await user();
      const page = browser();
      const path = `${PATH}/${await identify(page)}/prepare_first_factor`;
      await writes(
        () => page.call('POST', path, { strategy: 'email_code' }),
        () => Promise.resolve(clerk.mails(IDENTIFIER).length),
      );
      const wrong = () => page.call('POST', `${NONE}/prepare_first_factor`, { strategy: 'email_code' });
      await refuses(wrong, 404, 'resource_not_found');
    },
  ),
  inBrowser(
    'POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor',
    async ({ browser, sdk, user, writes, refuses }) => {
      const { id } = await user();
      const page = browser();
      const path = `${PATH}/${await identify(page)}/attempt_first_factor`;
      const wrong = { strategy: 'password', password: 'another passphrase' };
      await refuses(() => page.call('POST', path, wrong), 422, 'form_password_incorrect');
      await writes(
        () => page.call('POST', path, { strategy: 'password', password: ADA.password }),
        async () => (await sdk.sessions.getSessionList({ userId: id })).totalCount,
      );
    },
  ),
  inBrowser(
    'POST /v1/client/sign_ins/{sign_in_id}/reset_password',
    async ({ browser, user, writes, refuses }) => {
      await user();
      const page = browser();
      const path = `${PATH}/${await identify(page)}`;
      const change = { password: 'another long passphrase 8' };
      await refuses(() => page.call('POST', `${path}/reset_password`, change), 400, 'client_state_invalid');
      const strategy = 'reset_password_email_code';
      await page.call('POST', `${path}/prepare_first_factor`, { strategy });
      await page.call('POST', `${path}/attempt_first_factor`, { strategy, code: '424242' });
      await writes(
        () => page.call('POST', `${path}/reset_password`, change),
        async () => [await signInsBy(browser(), ADA.password), await signInsBy(browser(), change.password)],
      );
    },
  ),
  inBrowser(
    'POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor',
    async ({ browser, clerk, user, writes, refuses }) => {
      await user();
      await clerk.changeSettings({ client_trust: true });
      const page = browser();
      const id = await identify(page, { password: ADA.password });
      await writes(
        () => page.call('POST', `${PATH}/${id}/prepare_second_factor`, { strategy: 'email_code' }),
        () => Promise.resolve(clerk.mails(IDENTIFIER).length),
      );
      const wrong = { strategy: 'no_such_strategy' };
      await refuses(
        () => page.call('POST', `${PATH}/${id}/prepare_second_factor`, wrong),
        422,
        'form_param_value_invalid',
      );
    },
    'the setting `client_trust`',
  ),
  inBrowser(
    'POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor',
    async ({ browser, clerk, sdk, user, writes, refuses }) => {
      const { id: userId } = await user();
      await clerk.changeSettings({ client_trust: true });
      const page = browser();
      const path = `${PATH}/${await identify(page, { password: ADA.password })}`;
      await page.call('POST', `${path}/prepare_second_factor`, { strategy: 'email_code' });
      const attempt = (code: string) =>
        page.call('POST', `${path}/attempt_second_factor`, { strategy: 'email_code', code });
      await refuses(() => attempt('000000'), 422, 'form_code_incorrect');
      await writes(
        () => attempt('424242'),
        async () => (await sdk.sessions.getSessionList({ userId })).totalCount,
      );
    },
    'the setting `client_trust`',
  ),
  inBrowser(
    'GET /v1/oauth_callback',
    async ({ browser, clerk, sdk, writes, refuses }) => {
      const page = browser();
      const path = (await consented(page)).href.replace(clerk.proxyUrl, '');
      await writes(
        () => page.call('GET', path),
        () => sdk.users.getCount(),
      );
      await refuses(() => page.call('GET', path), 400, 'oauth_callback_invalid');
    },
    CONSENT,
  ),
  // Apple's way: it leads to the same path by GET.
  inBrowser(
    'POST /v1/oauth_callback',
    async ({ browser, sdk, makes }) => {
      const page = browser();
      const form = Object.fromEntries((await consented(page)).searchParams);
      await makes(
        () => page.call('POST', '/v1/oauth_callback', form),
        async ({ location }) => {
          await page.open(location ?? '');
          if ((await sdk.users.getCount()) !== 1) throw new Error('nobody signed up');
        },
      );
    },
    CONSENT,
  ),
];

/** A sign-up that a person has consented to at the provider's page: the URL of its answer. */
async function consented(page: Browser): Promise<URL> {
  const form = { strategy: 'oauth_google', ...REDIRECTS };
  const { body } = await page.call('POST', '/v1/client/sign_ups', form);
  const { external_account: account } = body.response['verifications'] as {
    external_account: { external_verification_redirect_url: string };
  };
  return new URL(await page.consent(account.external_verification_redirect_url, 'ada@gmail.example'));
}

async function signInsBy(page: Browser, password: string): Promise<string> {
  const form = { strategy: 'password', identifier: IDENTIFIER, password };
  const { status, body } = await page.call('POST', PATH, form);
  return status === 200 ? body.response.status : (body.errors?.[0]?.code ?? '');
}

/** A sign-in that waits for the first factor; its id. */
async function identify(page: Browser, form: Record<string, string> = {}): Promise<string> {
  return (await page.call('POST', PATH, { identifier: IDENTIFIER, ...form })).body.response.id;
}

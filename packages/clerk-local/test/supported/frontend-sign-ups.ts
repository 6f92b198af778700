import type { Browser } from './browser.ts';
import { type Claim, inBrowser } from './claim.ts';

const PASSWORD = 'a long enough passphrase 7';
const PATH = '/v1/client/sign_ups';
const NONE = `${PATH}/sua_none`;

/** Operations of a sign-up. */
export const signUpClaims: readonly Claim[] = [
  inBrowser('POST /v1/client/sign_ups', async ({ browser, writes, refuses, user }) => {
    const page = browser();
    await writes(
      () => page.call('POST', PATH, { email_address: 'new@example.com', password: PASSWORD }),
      async () => (await page.call('GET', '/v1/client')).body.client['sign_up'],
    );
    await user();
    const taken = { email_address: 'ada@example.com', password: PASSWORD };
    await refuses(() => page.call('POST', PATH, taken), 422, 'form_identifier_exists');
  }),
  inBrowser('GET /v1/client/sign_ups/{sign_up_id}', async ({ browser, reads, refuses }) => {
    const page = browser();
    const id = await begin(page);
    const expected = { id, status: 'missing_requirements', unverified_fields: ['email_address'] };
    await reads(() => page.call('GET', `${PATH}/${id}`), { body: { response: expected } });
    await refuses(() => page.call('GET', NONE), 404, 'resource_not_found');
  }),
  inBrowser('PATCH /v1/client/sign_ups/{sign_up_id}', async ({ browser, writes, refuses }) => {
    const page = browser();
    const id = await begin(page);
    await writes(
      () => page.call('PATCH', `${PATH}/${id}`, { first_name: 'Grace' }),
      async () => (await page.call('GET', `${PATH}/${id}`)).body.response['first_name'],
    );
    await refuses(() => page.call('PATCH', NONE, {}), 404, 'resource_not_found');
  }),
  inBrowser(
    'POST /v1/client/sign_ups/{sign_up_id}/prepare_verification',
    async ({ browser, clerk, writes, refuses }) => {
      const page = browser();
      const path = `${PATH}/${await begin(page)}/prepare_verification`;
      await writes(
        () => page.call('POST', path, { strategy: 'email_code' }),
        () => Promise.resolve(clerk.mails('new@example.com').length),
      );
      const wrong = () => page.call('POST', path, { strategy: 'no_such_strategy' });
      await refuses(wrong, 422, 'form_param_value_invalid');
    },
  ),
  inBrowser(
    'POST /v1/client/sign_ups/{sign_up_id}/attempt_verification',
    async ({ browser, sdk, writes, refuses }) => {
      const page = browser();
      const path = `${PATH}/${await begin(page)}`;
      await page.call('POST', `${path}/prepare_verification`, { strategy: 'email_code' });
      const attempt = `${path}/attempt_verification`;
      const wrong = { strategy: 'email_code', code: '000000' };
      await refuses(() => page.call('POST', attempt, wrong), 422, 'form_code_incorrect');
      await writes(
        () => page.call('POST', attempt, { strategy: 'email_code', code: '424242' }),
        () => sdk.users.getCount(),
      );
    },
  ),
];

/** A sign-up that waits for the code of the address; its id. */
async function begin(page: Browser): Promise<string> {
  const form = { email_address: 'new@example.com', password: PASSWORD };
  return (await page.call('POST', PATH, form)).body.response.id;
}

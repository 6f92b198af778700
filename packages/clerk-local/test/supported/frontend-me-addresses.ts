import { REDIRECTS } from './browser.ts';
import { type Claim, type Trial, inBrowser } from './claim.ts';
import { SIGNED_OUT, signedIn } from './signed-in.ts';

interface Kind {
  path: string;
  parameter: string;
  value: string;
  strategy: string;
  list: 'emailAddresses' | 'phoneNumbers';
  id: string;
  needs?: string;
}

const KINDS: readonly Kind[] = [
  {
    path: '/v1/me/email_addresses',
    parameter: 'email_address',
    value: 'second@example.com',
    strategy: 'email_code',
    list: 'emailAddresses',
    id: 'email_id',
  },
  {
    path: '/v1/me/phone_numbers',
    parameter: 'phone_number',
    value: '+15555550100',
    strategy: 'phone_code',
    list: 'phoneNumbers',
    id: 'phone_number_id',
    needs: 'the setting `attributes.phone_number`',
  },
];

/** The addresses, numbers and provider's accounts of the signed-in user. */
export const meAddressClaims: readonly Claim[] = [...KINDS.flatMap(claimsOf), ...externalAccounts()];

function claimsOf(kind: Kind): Claim[] {
  const { path, parameter, value, strategy, list, id: parameterOfPath, needs } = kind;
  const one = `${path}/{${parameterOfPath}}`;
  const begin = async (trial: Trial) => {
    await trial.clerk.changeSettings({ attributes: { phone_number: 'on' } });
    return signedIn(trial);
  };
  /** With an address or number that is not verified. */
  const beginWithOne = async (trial: Trial) => {
    const user = await begin(trial);
    const added = (await user.page.call('POST', path, { [parameter]: value })).body.response.id;
    return { ...user, added: `${path}/${added}` };
  };
  return [
    inBrowser(
      `GET ${path}`,
      async (trial) => {
        const { page } = await beginWithOne(trial);
        const last = async () => ((await page.call('GET', path)).body as unknown as unknown[]).at(-1);
        await trial.reads(last, { [parameter]: value });
        await trial.refuses(() => trial.browser().call('GET', path), 401, SIGNED_OUT);
      },
      needs,
    ),
    inBrowser(
      `POST ${path}`,
      async (trial) => {
        const { page, id } = await begin(trial);
        await trial.writes(
          () => page.call('POST', path, { [parameter]: value }),
          async () => ((await page.call('GET', path)).body as unknown as unknown[]).length,
        );
        const wrong = () => page.call('POST', path, { [parameter]: 'wrong' });
        await trial.refuses(wrong, 422, 'form_param_format_invalid');
        await trial.sdk.users.getUser(id);
      },
      needs,
    ),
    inBrowser(
      `GET ${one}`,
      async (trial) => {
        const { page, added } = await beginWithOne(trial);
        const expected = { body: { response: { [parameter]: value } } };
        await trial.reads(() => page.call('GET', added), expected);
        await trial.refuses(() => page.call('GET', `${path}/idn_none`), 404, 'resource_not_found');
      },
      needs,
    ),
    inBrowser(
      `DELETE ${one}`,
      async (trial) => {
        const { page, added } = await beginWithOne(trial);
        await trial.writes(
          () => page.call('DELETE', added),
          () => page.call('GET', path),
        );
        await trial.refuses(() => page.call('DELETE', added), 404, 'resource_not_found');
      },
      needs,
    ),
    inBrowser(
      `POST ${one}/prepare_verification`,
      async (trial) => {
        const { page, added } = await beginWithOne(trial);
        await trial.writes(
          () => page.call('POST', `${added}/prepare_verification`, { strategy }),
          () => Promise.resolve(trial.clerk.mails(value).length),
        );
        const wrong = () => page.call('POST', `${path}/idn_none/prepare_verification`, { strategy });
        await trial.refuses(wrong, 404, 'resource_not_found');
      },
      needs,
    ),
    inBrowser(
      `POST ${one}/attempt_verification`,
      async (trial) => {
        const { page, id, added } = await beginWithOne(trial);
        await page.call('POST', `${added}/prepare_verification`, { strategy });
        const attempt = (code: string) => page.call('POST', `${added}/attempt_verification`, { code });
        await trial.refuses(() => attempt('000000'), 422, 'form_code_incorrect');
        await trial.writes(
          () => attempt('424242'),
          async () => (await trial.sdk.users.getUser(id))[list].at(-1)?.verification?.status,
        );
      },
      needs,
    ),
  ];
}

function externalAccounts(): Claim[] {
  const path = '/v1/me/external_accounts';
  const google = { strategy: 'oauth_google', ...REDIRECTS };
  const connect = async (trial: Trial) => {
    const user = await signedIn(trial);
    const { response } = (await user.page.call('POST', path, google)).body;
    const { external_verification_redirect_url: url } = response['verification'] as {
      external_verification_redirect_url: string;
    };
    await user.page.open(await user.page.consent(url, 'ada@gmail.example'));
    return { ...user, account: `${path}/${response.id}` };
  };
  const needs = 'consent at the local page of the provider';
  return [
    inBrowser(`POST ${path}`, async (trial) => {
      const { page } = await signedIn(trial);
      await trial.writes(
        () => page.call('POST', path, google),
        async () => (await page.call('GET', '/v1/me')).body.response['external_accounts'],
      );
      const wrong = { ...google, strategy: 'oauth_nobody' };
      await trial.refuses(() => page.call('POST', path, wrong), 422, 'form_param_value_invalid');
    }),
    inBrowser(
      `PATCH ${path}/{external_account_id}/reauthorize`,
      async (trial) => {
        const { page, account } = await connect(trial);
        await trial.writes(
          () => page.call('PATCH', `${account}/reauthorize`, REDIRECTS),
          async () => (await page.call('GET', '/v1/me')).body.response['external_accounts'],
        );
        const wrong = () => page.call('PATCH', `${path}/idn_none/reauthorize`, REDIRECTS);
        await trial.refuses(wrong, 404, 'resource_not_found');
      },
      needs,
    ),
    inBrowser(
      `DELETE ${path}/{external_account_id}`,
      async (trial) => {
        const { page, id, account } = await connect(trial);
        await trial.writes(
          () => page.call('DELETE', account),
          async () => (await trial.sdk.users.getUser(id)).externalAccounts.length,
        );
        await trial.refuses(() => page.call('DELETE', account), 404, 'resource_not_found');
      },
      needs,
    ),
  ];
}

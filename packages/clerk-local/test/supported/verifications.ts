import { ADA } from './browser.ts';
import { type Claim, byHttp, inBrowser } from './claim.ts';
import { signedIn } from './signed-in.ts';

/** Codes that a backend sends and checks itself, and the reverification of a session. */
export const verificationClaims: readonly Claim[] = [
  ...[
    { path: '/v1/email_addresses', parameter: 'email_address_id', value: 'second@example.com' },
    { path: '/v1/phone_numbers', parameter: 'phone_number_id', value: '+15555550100' },
  ].flatMap(({ path, parameter, value }) => [
    byHttp(`POST ${path}/{${parameter}}/prepare_verification`, async (trial) => {
      const { clerk, http, user, writes, refuses } = trial;
      const added = { user_id: (await user()).id, [parameter.replace('_id', '')]: value };
      const { id } = (await http('POST', path, added)) as { id: string };
      await writes(
        () => http('POST', `${path}/${id}/prepare_verification`),
        () => Promise.resolve(clerk.mails(value).length),
      );
      const wrong = () => http('POST', `${path}/idn_none/prepare_verification`);
      await refuses(wrong, 404, 'resource_not_found');
    }),
    byHttp(`POST ${path}/{${parameter}}/attempt_verification`, async (trial) => {
      const { http, user, writes, refuses } = trial;
      const added = { user_id: (await user()).id, [parameter.replace('_id', '')]: value, verified: false };
      const { id } = (await http('POST', path, added)) as { id: string };
      const sent = (await http('POST', `${path}/${id}/prepare_verification`)) as { id: string };
      const form = { verification_id: sent.id, code: '424242' };
      await writes(
        () => http('POST', `${path}/${id}/attempt_verification`, form),
        () => http('GET', `${path}/${id}`),
      );
      const wrong = () => http('POST', `${path}/idn_none/attempt_verification`, form);
      await refuses(wrong, 404, 'resource_not_found');
    }),
  ]),
  inBrowser('POST /v1/client/sessions/{session_id}/verify', async (trial) => {
    const { page, path } = await reverifiable(trial);
    await trial.makes(
      () => page.call('POST', path, { level: 'first_factor' }),
      async () => page.call('POST', `${path}/prepare_first_factor`, { strategy: 'email_code' }),
    );
    await trial.refuses(() => page.call('POST', path, { level: 'none' }), 422, 'form_param_value_invalid');
  }),
  inBrowser('POST /v1/client/sessions/{session_id}/verify/prepare_first_factor', async (trial) => {
    const { page, path } = await reverifiable(trial);
    const call = () => page.call('POST', `${path}/prepare_first_factor`, { strategy: 'email_code' });
    await trial.refuses(call, 400, 'session_reverification_missing');
    await page.call('POST', path, { level: 'first_factor' });
    await trial.writes(call, () => Promise.resolve(trial.clerk.mails('ada@example.com').length));
  }),
  inBrowser('POST /v1/client/sessions/{session_id}/verify/attempt_first_factor', async (trial) => {
    const { page, path } = await reverifiable(trial);
    const form = { strategy: 'password', password: ADA.password };
    const call = () => page.call('POST', `${path}/attempt_first_factor`, form);
    await trial.refuses(call, 400, 'session_reverification_missing');
    await page.call('POST', path, { level: 'first_factor' });
    await trial.makes(call, ({ body }) =>
      body.response.status === 'complete' ? Promise.resolve() : Promise.reject(new Error('incomplete')),
    );
  }),
];

async function reverifiable(trial: Parameters<typeof signedIn>[0]) {
  const { page } = await signedIn(trial);
  const { body } = await page.call('GET', '/v1/client');
  const [session] = body.client.sessions;
  return { page, path: `/v1/client/sessions/${session?.id ?? ''}/verify` };
}

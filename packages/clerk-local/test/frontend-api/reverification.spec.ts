import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { decode, startClerkLocal } from '../support.js';
import { PASSWORD, openApp, refusal, signUp, submit } from './clerk-js.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

async function signedUp() {
  const app = await openApp(clerk);
  const address = await signUp(app);
  if (!app.session) throw new Error('nobody is signed in');
  return { app, address, session: app.session };
}

it('a session verifies its first factor again, by password or code', async () => {
  const { address, session } = await signedUp();
  await clerk.clock.advance(20 * 60 * 1000);
  const ages = async () => decode((await session.getToken({ skipCache: true })) ?? '', 1)['fva'];
  expect(await ages()).toEqual([20, -1]);

  const { status, supportedFirstFactors } = await session.startVerification({ level: 'multi_factor' });
  expect(status).toBe('needs_first_factor');
  expect(supportedFirstFactors).toMatchObject([
    { strategy: 'password' },
    { strategy: 'email_code', safeIdentifier: address },
  ]);
  const byPassword = (password: string) =>
    session.attemptFirstFactorVerification({ strategy: 'password', password });
  expect(await refusal(byPassword('wrong'))).toEqual([422, 'form_password_incorrect password']);
  expect(await ages()).toEqual([20, -1]);
  expect((await byPassword(PASSWORD)).status).toBe('complete');
  expect(await ages()).toEqual([0, -1]);
  expect(await refusal(byPassword(PASSWORD))).toEqual([400, 'session_reverification_missing']);

  await clerk.clock.advance(5 * 60 * 1000);
  await session.startVerification({ level: 'first_factor' });
  const [factor] = supportedFirstFactors?.slice(1) ?? [];
  const emailAddressId = factor && 'emailAddressId' in factor ? factor.emailAddressId : '';
  await session.prepareFirstFactorVerification({ strategy: 'email_code', emailAddressId });
  const byCode = (code: string) => session.attemptFirstFactorVerification({ strategy: 'email_code', code });
  expect(await refusal(byCode('000000'))).toEqual([422, 'form_code_incorrect code']);
  expect((await byCode('424242')).status).toBe('complete');
  expect(await ages()).toEqual([0, -1]);
});

it("another client's session is not found", async () => {
  const { session } = await signedUp();
  const { app } = await signedUp();
  const headers = { authorization: app.token() };
  const path = `/client/sessions/${session.id}/verify?_is_native=1`;
  expect((await submit(clerk, 'POST', path, { level: 'first_factor' }, { headers })).status).toBe(404);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PROXIED = 'https://app.example.dev/__clerk';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ CLERK_ISSUER: `${PROXIED}, https://slash.example/clerk/` });
});
afterAll(() => api.close());

/** The status for a token that names this issuer, signed by Clerk's key. */
async function answerTo(iss: unknown): Promise<number> {
  const { clerkId } = await api.signUp();
  const token = await api.clerk.mintToken(clerkId, { claims: { iss } });
  return (await api.withToken(token).request('GET', '/users/me')).status;
}

it.each([PROXIED, 'https://slash.example/clerk/'])('200: %s, as it is configured', async (iss) => {
  expect(await answerTo(iss)).toBe(200);
});

it.each([
  `${PROXIED}/`,
  `${PROXIED}/more`,
  `${PROXIED}2`,
  `${PROXIED}?`,
  `${PROXIED}#`,
  PROXIED.toUpperCase(),
  PROXIED.replace('https', 'http'),
  PROXIED.replace('app', 'APP'),
  'https://app.example.dev',
  'https://app.example.dev/',
  'https://slash.example/clerk',
  'https://slash.example',
  `${PROXIED},https://slash.example/clerk/`,
  [PROXIED],
])('401: %j', async (iss) => {
  expect(await answerTo(iss)).toBe(401);
});

it('the issuer of the publishable key is not accepted as well', async () => {
  expect(await answerTo(api.clerk.issuer)).toBe(401);
});

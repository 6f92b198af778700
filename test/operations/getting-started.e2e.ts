import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { freshEnvironment, killChildren, startChild } from '../support/child.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const page = readFileSync(new URL('../../docs/getting-started.md', import.meta.url), 'utf8');
/** The commands of the page, and the output that follows some of them. */
const blocks = [...page.matchAll(/^```(bash|json)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
  language,
  text,
}));
/** Fields with other values in each run. */
const CHANGING = [
  ...['id', 'clerkId', 'email', 'username', 'profilePicture', 'createdAt', 'updatedAt', 'addedAt'],
  ...['instance', 'requestId', 'receiptUrl'],
];
const END = '--- end of a block ---';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterEach(() => killChildren());
afterAll(() => api.close());

it('docs/getting-started.md: its commands in one shell print the documented output', async () => {
  const commands = blocks.filter(({ language }) => language === 'bash').map(({ text }) => text);
  const own = commands.findIndex((text) => text.startsWith('CLERK_API='));
  expect(own).toBeGreaterThan(0);
  // The last section needs an existing user; the earlier one was deleted.
  const { id } = await api.clerk.createUser();
  commands.splice(own, 0, `CLERK_USER=${id}`);
  const script = commands
    .map((text) => `${text}\necho\necho '${END}'`)
    .join('\n')
    .replaceAll('http://127.0.0.1:3000', api.anonymous.url)
    .replaceAll('http://127.0.0.1:4010', api.clerk.url)
    .replaceAll('https://api.clerk.com', api.clerk.url)
    .replaceAll('sk_test_…', api.clerk.secretKey);
  const child = startChild('bash', ['-euo', 'pipefail', '-c', script], { cwd: '/', env: freshEnvironment() });
  const { code, stdout, stderr } = await child.exit;
  expect([code, stderr]).toEqual([0, '']);

  const printed = stdout.split(END).map((text) => text.trim());
  const documented = blocks
    .filter(({ language }) => language === 'json')
    .map(({ text }) => stable(JSON.parse(text)));
  const answers = printed.filter((text) => text.startsWith('{')).map((text) => stable(JSON.parse(text)));
  expect(documented.length).toBeGreaterThan(3);
  expect(answers).toEqual(documented);
  expect(printed.filter((text) => text !== '').at(-1)).toBe('200');
});

/** With the types of changing values instead of the values. */
function stable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key: string, inner: unknown) => (CHANGING.includes(key) ? typeof inner : inner)),
  );
}

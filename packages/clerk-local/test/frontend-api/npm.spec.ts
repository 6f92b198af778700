import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClerkLocal } from '../support.js';

const SCRIPT = 'npm/@clerk/clerk-js@6/dist/clerk.browser.js';

let clerk: ClerkLocal;
let folder: string;
const root = process.cwd();
beforeAll(async () => {
  clerk = await startClerkLocal();
  folder = await mkdtemp(join(tmpdir(), 'clerk-local-npm-'));
});
afterEach(() => {
  process.chdir(root);
});
afterAll(async () => {
  await clerk.close();
  await rm(folder, { recursive: true });
});

/** Installs a stand-in for `@clerk/ui` into the folder, and works from there. */
async function installUi(): Promise<string> {
  const dist = join(folder, 'node_modules/@clerk/ui/dist');
  await mkdir(join(dist, 'chunks'), { recursive: true });
  await writeFile(join(dist, 'ui.browser.js'), 'ui of the current directory');
  await writeFile(join(dist, '../secret.js'), 'secret');
  await symlink('../secret.js', join(dist, 'link.js'));
  await mkdir(join(folder, 'app/src'), { recursive: true });
  process.chdir(join(folder, 'app/src'));
  return dist;
}

/** Sends the path as it is: `fetch` would resolve its dots. */
async function statusOf(path: string): Promise<number | undefined> {
  const { port } = new URL(clerk.url);
  const request = httpRequest({ port, host: '127.0.0.1', path }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('GET /npm/@clerk/<package>@<version>/dist/*', () => {
  it('is clerk-js of node_modules, whatever the version, for each instance', async () => {
    const instance = await clerk.instance('sk_test_local_npm');
    for (const url of [
      `${clerk.proxyUrl}/${SCRIPT}`,
      `${instance.proxyUrl}/${SCRIPT.replace('@6', '@6.99.0-canary.v1')}`,
    ]) {
      const response = await fetch(url, { headers: { origin: 'http://127.0.0.1:3000' } });
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-cache',
        'access-control-allow-origin': 'http://127.0.0.1:3000',
      });
      expect(await response.text()).toContain('data-clerk-publishable-key');
    }
  });

  it('is not sent again while it is the same', async () => {
    const first = await fetch(`${clerk.proxyUrl}/${SCRIPT}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${clerk.proxyUrl}/${SCRIPT}`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('says what to install', async () => {
    const response = await fetch(`${clerk.proxyUrl}/npm/@clerk/ui@1/dist/ui.browser.js`);
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({
        errors: [
          expect.objectContaining({
            code: 'package_not_installed',
            long_message: expect.stringContaining('npm i -D @clerk/ui'),
          }),
        ],
      }),
    ]);
  });

  it('is first looked for from the current directory upwards', async () => {
    await installUi();
    const response = await fetch(`${clerk.proxyUrl}/npm/@clerk/ui@1/dist/ui.browser.js`);
    expect(await response.text()).toBe('ui of the current directory');
    expect((await fetch(`${clerk.proxyUrl}/${SCRIPT}`)).status).toBe(200);
  });

  it.each([
    '/__clerk/npm/@clerk/ui@1/dist/../secret.js',
    '/__clerk/npm/@clerk/ui@1/dist/%2e%2e/secret.js',
    '/__clerk/npm/@clerk/ui@1/dist/..%2fsecret.js',
    '/__clerk/npm/@clerk/ui@1/dist/..%5csecret.js',
    '/__clerk/npm/@clerk/ui@1/dist//../secret.js',
    '/__clerk/npm/@clerk/ui@1/dist/link.js',
    '/__clerk/npm/@clerk/ui@1/dist/chunks',
    '/__clerk/npm/@clerk/ui@1/dist/chunks.js',
    '/__clerk/npm/@clerk/ui@1/dist/ui.browser.js%00.js',
    '/__clerk/npm/@clerk/ui@1/dist/',
    '/__clerk/npm/@clerk/ui@1/secret.js',
    '/__clerk/npm/@clerk/ui/dist/ui.browser.js',
    '/__clerk/npm/@clerk/ui@1%2f../dist/ui.browser.js',
    '/__clerk/npm/@clerk/backend@3/dist/index.js',
    '/__clerk/npm/@clerk/..@1/dist/index.js',
  ])('is nothing but a file below dist: %s is 404', async (path) => {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    await installUi();
    expect(await statusOf('/__clerk/npm/@clerk/ui@1/dist/ui.browser.js')).toBe(200);
    expect(await statusOf(path)).toBe(404);
  });
});

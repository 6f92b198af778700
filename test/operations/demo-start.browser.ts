import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { freshEnvironment, startChild } from '../support/child.js';
import { appUrl } from '../support/demo-app.js';

const root = path.resolve(import.meta.dirname, '../..');

function demo(args: string[], env: Record<string, string> = {}) {
  const command = ['scripts/demo-app.ts', ...args];
  return startChild(process.execPath, command, { cwd: root, env: freshEnvironment(env) }).exit;
}

/** Sends the path as it is: `fetch` would tidy it up. */
async function get(pathname: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(appUrl);
  const sent = request({ hostname, port, path: pathname, headers, method }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('npm run demo', () => {
  it('names the variable of a port that is taken, before it does any work', async () => {
    const { port } = new URL(appUrl);
    const { code, stdout, stderr } = await demo(['--no-open'], { DEMO_PORT: port });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain('DEMO_PORT');
  });

  it('exits with 64 for an unknown option, and with 1 for what is no port', async () => {
    expect(await demo(['--opn'])).toMatchObject({ code: 64, stderr: expect.stringContaining('Usage') });
    const noPort = await demo([], { DEMO_PORT: 'http' });
    expect(noPort).toMatchObject({ code: 1, stderr: 'DEMO_PORT must be a port, 1 to 65535.\n' });
  });
});

describe('the gateway', () => {
  const html = { accept: 'text/html' };

  it.each(['/', '/wishlist', '/auth/email-auth', '/index.html'])('serves the app at %s', async (route) => {
    const { status, headers, body } = await get(route, html);
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    expect(body).toMatch(/<meta name="clerk-publishable-key" content="pk_test_/);
  });

  it.each([
    '/_expo/static/js/web/old.js',
    '/sources.sha256',
    '/../package.json',
    '/%2e%2e/package.json',
    '//gateway.example/api/v2/countries',
    '//',
    '/%00',
    '/%',
  ])('has no file %s', async (file) => {
    expect(await get(file)).toMatchObject({ status: 404, body: 'There is no such file.\n' });
  });

  it('answers by addresses of this machine only, so that no page of another name reaches Clerk', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80']) {
      expect(await get('/__clerk/v1/client', { host })).toMatchObject({ status: 403 });
    }
    expect(await get('/', { ...html, host: 'localhost:1' })).toMatchObject({ status: 200 });
  });

  it('forwards neither the local Clerk beyond its Frontend API, nor other pages of the service', async () => {
    for (const route of [
      '/_local/instance',
      '/v1/users',
      '/docs',
      '/metrics',
      '/__clerk/../_local/users',
      '/__clerkx',
    ]) {
      expect(await get(route)).toMatchObject({ status: 404 });
    }
  });

  it('refuses other methods than GET and HEAD for files', async () => {
    expect(await get('/', html, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await get('/', html, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});

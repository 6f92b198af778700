import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'svix';
import { type Child, freshEnvironment, killChildren, startChild } from '../../../../test/support/child.js';
import { type Receiver, backend, startReceiver } from '../support.js';

/** What `--json` prints first. */
interface Keys {
  url: string;
  proxyUrl: string;
  publishableKey: string;
  secretKey: string;
  jwtKey: string;
  webhookSecret: string;
}

const BIN = join(import.meta.dirname, '../../src/cli/bin.ts');
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the test').toString('base64')}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clerk-local-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(killChildren);

const receivers: Receiver[] = [];
afterEach(() => {
  for (const each of receivers.splice(0)) each.close();
});
async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  receivers.push(started);
  return started;
}

function run(args: string[], env: Record<string, string> = {}): Child {
  return startChild(process.execPath, [BIN, ...args], { cwd: folder, env: freshEnvironment(env) });
}

async function keysOf(child: Child): Promise<Keys> {
  const [line] = await child.until(/^.*\n/);
  return JSON.parse(line) as Keys;
}

async function stop(child: Child): Promise<void> {
  child.signalGroup('SIGTERM');
  expect((await child.exit).code).toBe(0);
}

/** Signs up by the Frontend API as far as the mail with the code. */
async function signUpAt(proxyUrl: string): Promise<void> {
  let cookie = '';
  const send = async (path: string, form: Record<string, string>): Promise<string> => {
    const response = await fetch(`${proxyUrl}/v1/client/sign_ups${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      body: new URLSearchParams(form),
    });
    expect(response.status).toBe(200);
    cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    return ((await response.json()) as { response: { id: string } }).response.id;
  };
  const id = await send('', { email_address: 'ada@example.com', password: 'correct horse battery' });
  await send(`/${id}/prepare_verification`, { strategy: 'email_code' });
}

describe('clerk-local', () => {
  it('prints its address and keys as one line of JSON', async () => {
    const child = run(['--port', '0', '--json']);
    const keys = await keysOf(child);
    expect(Object.keys(keys)).toEqual([
      'url',
      'proxyUrl',
      'publishableKey',
      'secretKey',
      'jwtKey',
      'webhookSecret',
    ]);
    expect(keys.proxyUrl).toBe(`${keys.url}/__clerk`);
    expect(await backend(keys).users.getCount()).toBe(0);
    await stop(child);
  });

  it('seeds, keeps its state, and sends webhooks', async () => {
    const hook = await receiver();
    const users = [{ id: 'user_seed', email_address: ['seed@example.com'], password: 'correct horse' }];
    await writeFile(join(folder, 'seed.json'), JSON.stringify({ users }));
    const args = ['--port', '0', '--json', '--seed', 'seed.json', '--state', 'state'];
    const first = run([...args, '--webhook', `${hook.url}?a=b=${WEBHOOK_SECRET}`]);
    const keys = await keysOf(first);
    expect(keys.webhookSecret).toBe(WEBHOOK_SECRET);
    const [created] = await hook.waitFor(1);
    expect(created?.event).toMatchObject({ type: 'user.created', data: { id: 'user_seed' } });
    const added = await backend(keys).users.createUser({ firstName: 'Added' });

    const busy = await run([...args]).exit;
    expect([busy.code, busy.stderr]).toEqual([
      1,
      'state is in use by another local Clerk; stop it, or choose another file\n',
    ]);
    await stop(first);
    const second = run(args);
    const again = await keysOf(second);
    expect(again.secretKey).toBe(keys.secretKey);
    const { data } = await backend(again).users.getUserList();
    expect(data.map(({ id }) => id).sort()).toEqual([added.id, 'user_seed'].sort());
    await stop(second);
  });

  it('sends webhooks to several endpoints, and prints them and mails', async () => {
    const first = await receiver();
    const second = await receiver();
    await writeFile(join(folder, 'seed.json'), '{"users": [{"email_address": ["seed@example.com"]}]}');
    const webhooks = ['--webhook', first.url, '--webhook', `${second.url}=${WEBHOOK_SECRET}`];
    const state = ['--port', '0', '--state', 'state'];
    const child = run([...state, '--json', '--seed', 'seed.json', ...webhooks]);
    const keys = await keysOf(child);
    await child.until(
      new RegExp(`^{"delivery":.*"type":"user.created".*"url":"${second.url}","status":200.*$`, 'm'),
    );
    const [created] = await second.waitFor(1);
    const { body = '', headers } = created ?? {};
    new Webhook(WEBHOOK_SECRET).verify(body, headers as Record<string, string>);
    expect((await first.waitFor(1))[0]?.headers['svix-id']).toBe(headers?.['svix-id']);
    await signUpAt(keys.proxyUrl);
    await child.until(/^{"mail":{"kind":"email","to":"ada@example\.com",.*"code":"\d{6}"}}$/m);
    await stop(child);

    // The stored endpoints are the same ones.
    const again = run([...state, ...webhooks]);
    const [, url = ''] = await again.until(/The local Clerk is at (\S+);/);
    await signUpAt(`${url}/__clerk`);
    await again.until(/^\d\d:\d\d:\d\d {2}mail {2}to ada@example\.com {2}“.*” {2}code \d{6}$/m);
    await again.until(/^\d\d:\d\d:\d\d {2}webhook {2}email\.created {2}200 {2}delivered {2}http.*$/m);
    const { items } = (await (await fetch(`${url}/_local/webhook-endpoints`)).json()) as {
      items: { url: string }[];
    };
    expect(items.map((endpoint) => endpoint.url)).toEqual([first.url, second.url]);
    await stop(again);
  });

  it.each([
    ['{', /^seed\.json: .*JSON/],
    ['[]', /^seed\.json: the file: Invalid input: expected object/],
    ['{"people": []}', /^seed\.json: the file: Unrecognized key: "people"/],
    ['{"users": [{}, {"first_name": 7}]}', /^seed\.json: users\[1\]\.first_name: .*expected string/],
    [
      '{"users": [{"email_address": ["a@example.com"]}, {"email_address": ["a@example.com"]}]}',
      /^seed: users\[1\]: That email address is taken/,
    ],
    ['{"sessions": [{"user_id": "user_x"}]}', /^seed: sessions\[0\]: No user was found with id user_x/],
    [
      '{"settings": {"user_lockout": {"max_attempts": 0}}}',
      /^seed\.json: settings\.user_lockout\.max_attempts: /,
    ],
    ['{"webhook_endpoints": [{"url": "ftp://x"}]}', /^seed\.json: webhook_endpoints\[0\]\.url: /],
    ['{"jwt_templates": [{"name": "a", "claims": {"sub": "x"}}]}', /^seed: jwt_templates\[0\]: .*sub/],
  ])('refuses the seed file %s, and says where', async (content, message) => {
    await writeFile(join(folder, 'seed.json'), content);
    const { code, stdout, stderr } = await run(['--port', '0', '--seed', 'seed.json']).exit;
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['--prot', /Unknown option '--prot'/],
    ['here', /Unexpected argument 'here'/],
    ['--port=x', /x is not a port/],
    ['--webhook=ftp://example.com', /not an http\(s\) URL/],
    ['--webhook=http://127.0.0.1/=whsec_x', /not a signing secret/],
  ])('refuses %s with its usage', async (argument, message) => {
    const { code, stdout, stderr } = await run([argument]).exit;
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('Usage: clerk-local');
  });

  it('prints its usage, names a port that is taken and a missing seed file, and refuses production', async () => {
    const help = await run(['--help']).exit;
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: clerk-local \[--port N\] \[--seed FILE\]/);

    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = await run(['--port', String(port)]).exit;
    other.close();
    expect([taken.code, taken.stderr]).toEqual([
      1,
      `Port ${port} is in use; choose another one with --port\n`,
    ]);

    const missing = await run(['--port', '0', '--seed', 'no.json']).exit;
    expect([missing.code, missing.stderr]).toEqual([78, 'no.json: ENOENT\n']);
    const production = await run(['--port', '0'], { NODE_ENV: 'production' }).exit;
    expect(production.code).toBe(1);
    expect(production.stderr).toContain('never run it in production');
  });
});

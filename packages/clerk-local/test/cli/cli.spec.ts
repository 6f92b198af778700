import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const receiver: Receiver = await startReceiver();
    const users = [{ id: 'user_seed', email_address: ['seed@example.com'], password: 'correct horse' }];
    await writeFile(join(folder, 'seed.json'), JSON.stringify({ users }));
    const args = ['--port', '0', '--json', '--seed', 'seed.json', '--state', 'state'];
    const first = run([...args, '--webhook', `${receiver.url}?a=b=${WEBHOOK_SECRET}`]);
    const keys = await keysOf(first);
    expect(keys.webhookSecret).toBe(WEBHOOK_SECRET);
    const [created] = await receiver.waitFor(1);
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
    receiver.close();
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

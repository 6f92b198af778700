import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClerkLocal, ClerkLocalOptions } from 'clerk-local';
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'svix';
import { backend, instancesOfOneTest, type Receiver, startReceiver, startClerkLocal } from '../support.js';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.close();
});

describe('the state file', () => {
  // Before the other hooks: an instance that still runs would write its file into the removed folder.
  const start = instancesOfOneTest();
  let folder: string;
  let dataFile: string;
  let running: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clerk-local-'));
    dataFile = join(folder, 'nested', 'state.json');
  });
  afterEach(async () => {
    if (running?.exitCode === null && running.signalCode === null) await killHard(running);
    await rm(folder, { recursive: true });
  });

  /** Runs `script` with a `clerk` of these options in another process, and reads its output by lines. */
  function startChild(options: ClerkLocalOptions, script: string) {
    const source = `
      import { startClerkLocal } from 'clerk-local';
      const clerk = await startClerkLocal(${JSON.stringify(options)});
      const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
      ${script}`;
    const child = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  async function killHard(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('keeps users, sessions, keys and pending webhooks across a restart', async () => {
    const first = await startClerkLocal({
      dataFile,
      webhookUrl: receiver.url,
      webhookRetryDelaysMs: [0, 50],
    });
    receiver.answers.push({ status: 500 });
    const user = await first.createUser({ email_address: ['kept@example.com'] });
    const session = await first.createSession(user.id, { webhook: false });
    await receiver.waitFor(1);
    await first.close();
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);

    const second = await start({
      dataFile,
      port: Number(new URL(first.url).port),
      webhookUrl: receiver.url,
      webhookRetryDelaysMs: [0, 50],
      seedUsers: [{ first_name: 'not again' }],
    });
    const { secretKey, publishableKey, issuer, jwtKey, webhookSecret } = second;
    expect(first).toMatchObject({ secretKey, publishableKey, issuer, jwtKey, webhookSecret });
    const { data } = await backend(second).users.getUserList();
    expect(data.map(({ id }) => id)).toEqual([user.id]);
    expect(second.getUser(user.id)?.email_addresses).toEqual(user.email_addresses);
    expect((await backend(second).sessions.getSession(session.id)).status).toBe('active');
    const [before, after] = await receiver.waitFor(2);
    expect(after?.headers['svix-id']).toBe(before?.headers['svix-id']);
    expect(after?.body).toBe(before?.body);
  });

  it('keeps every answered change through a kill -9 at any moment', async () => {
    const answered: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { child, lines } = startChild(
        { dataFile },
        'await Promise.all([1, 2, 3].map(async () => { for (;;) say((await clerk.createUser()).id); }));',
      );
      for (let count = 0; count < 5 + 7 * round; count += 1) {
        answered.push(JSON.parse(String((await lines.next()).value)) as string);
      }
      await killHard(child);
      const restarted = await startClerkLocal({ dataFile });
      const stored = new Set(restarted.users().map(({ id }) => id));
      await restarted.close();
      expect(answered.filter((id) => !stored.has(id))).toEqual([]);
    }
  });

  it('resumes deliveries after a kill -9, with the same keys and svix-id', async () => {
    receiver.answers.push({ status: 500 });
    const options = { dataFile, webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 1000] };
    const { child, lines } = startChild(options, 'say({ url: clerk.url, secretKey: clerk.secretKey });');
    const { url, secretKey } = JSON.parse(String((await lines.next()).value)) as ClerkLocal;
    const user = await backend({ url, secretKey }).users.createUser({
      emailAddress: ['crash@example.com'],
    });
    await receiver.waitFor(1);
    await killHard(child);

    const second = await start(options);
    expect(second.secretKey).toBe(secretKey);
    expect(second.getUser(user.id)).toBeDefined();
    const [before, after] = await receiver.waitFor(2);
    expect(after?.headers['svix-id']).toBe(before?.headers['svix-id']);
    new Webhook(second.webhookSecret).verify(after?.body ?? '', after?.headers as Record<string, string>);
    await second.idle();
    expect(second.deliveries()[0]).toMatchObject({ state: 'delivered' });
  });

  it('is not overwritten when it holds other content', async () => {
    const file = join(folder, 'mine.json');
    for (const content of ['{"precious": true}', 'no JSON']) {
      await writeFile(file, content);
      await expect(startClerkLocal({ dataFile: file })).rejects.toThrow(file);
      expect(await readFile(file, 'utf8')).toBe(content);
    }
  });

  it('loses the end of a write that was cut off, and nothing else', async () => {
    const first = await startClerkLocal({ dataFile });
    const user = await first.createUser({ first_name: 'Whole' });
    await first.close();
    const whole = await readFile(dataFile, 'utf8');
    await appendFile(dataFile, '[["ins_x","users","user_x",{"id":"user_x"');

    const second = await startClerkLocal({ dataFile });
    expect(second.users()).toEqual([user]);
    const later = await second.createUser({ first_name: 'Later' });
    await second.close();
    const third = await start({ dataFile });
    expect(third.users()).toEqual([user, later]);
    expect(await readFile(dataFile, 'utf8')).toContain(whole);
  });

  it('is refused when a line in the middle is damaged', async () => {
    const first = await startClerkLocal({ dataFile });
    await first.createUser();
    await first.close();
    const lines = (await readFile(dataFile, 'utf8')).split('\n');
    await writeFile(dataFile, [lines[0], '[["ins', ...lines.slice(2)].join('\n'));
    await expect(startClerkLocal({ dataFile })).rejects.toThrow(/line 2 is damaged/);
  });

  it('is used by one local Clerk at a time, also after a kill -9', async () => {
    const { child, lines } = startChild({ dataFile }, 'say(clerk.url);');
    await lines.next();
    await expect(startClerkLocal({ dataFile })).rejects.toThrow(
      /state\.json is in use by another local Clerk/,
    );
    await killHard(child);
    const own = await startClerkLocal({ dataFile });
    await expect(startClerkLocal({ dataFile })).rejects.toThrow(/in use/);
    await own.close();
    await start({ dataFile });
  });

  it('is compacted when it has grown', async () => {
    const first = await startClerkLocal({ dataFile });
    const { id } = await first.createUser({ public_metadata: { text: 'x'.repeat(8000) } });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          first.updateUser(id, { first_name: `${round}.${i}` }, { webhook: false }),
        ),
      );
    }
    expect((await stat(dataFile)).size).toBeLessThan(4_500_000);
    await first.close();
    const second = await start({ dataFile });
    expect(second.getUser(id)?.first_name).toBe('9.59');
  });

  it('keeps other instances and their clocks', async () => {
    const first = await startClerkLocal({ dataFile });
    const worker = await first.instance('sk_test_local_worker_1');
    const user = await worker.createUser({ first_name: 'Worker' });
    await worker.clock.set('2030-01-01T00:00:00Z', { frozen: true });
    await first.close();
    const second = await start({ dataFile, port: Number(new URL(first.url).port) });
    const again = await second.instance('sk_test_local_worker_1');
    const { secretKey, publishableKey, issuer, jwtKey, webhookSecret } = worker;
    expect(again).toMatchObject({ secretKey, publishableKey, issuer, jwtKey, webhookSecret });
    expect(again.users()).toEqual([user]);
    expect(new Date(again.clock.now()).toISOString()).toBe('2030-01-01T00:00:00.000Z');
    expect(second.users()).toEqual([]);
  });

  it('of version 0.1 is read', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const file = join(folder, 'old.json');
    const user = await (await start()).createUser({ email_address: ['old@example.com'] });
    const old = {
      version: 1,
      instanceId: 'ins_2old000000000000000000000AB',
      secretKey: 'sk_test_old',
      webhookSecret: 'whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQt',
      signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      users: [user],
      sessions: [],
      deliveries: [],
    };
    await writeFile(file, JSON.stringify(old));
    const own = await start({ dataFile: file });
    expect(own).toMatchObject({ secretKey: 'sk_test_old', webhookSecret: old.webhookSecret });
    expect(own.users()).toEqual([user]);
    expect(await readFile(file, 'utf8')).toMatch(/^\{"format":"clerk-local","version":2\}\n/);
  });

  it('gets the seed users when there are no users', async () => {
    const own = await start({
      seedUsers: [{ id: 'user_demo', first_name: 'Demo', image_url: 'https://x.test/y.png' }],
    });
    const demo = await backend(own).users.getUser('user_demo');
    expect(demo).toMatchObject({ firstName: 'Demo', imageUrl: 'https://x.test/y.png', hasImage: true });
  });
});

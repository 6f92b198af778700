import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mongoose';
import { installByApt } from '../scripts/apt.ts';
import { freePort } from '../scripts/port.ts';
import { isRunning, pathFolders } from './support/child.js';
import { eventually, type LocalMode, prepareLocalMode, type Running } from './support/local-mode.js';

const run = promisify(execFile);

let local: LocalMode;
beforeAll(async () => {
  local = await prepareLocalMode();
});
afterAll(() => local.remove());

/** What must survive: who one is, and what one wrote. */
async function belongings({ me }: Running) {
  return { profile: await me.get('/users/me'), wishlist: await me.get('/users/me/wishlist') };
}

/** Calls the local Clerk like its page does; the webhooks that this sets off have arrived when it resolves. */
async function changeInClerk(method: string, clerkId: string, type: string, body?: object) {
  const before = new Set((await deliveries()).map(({ svixId }) => svixId));
  const response = await fetch(`${local.clerkUrl}/_local/users/${clerkId}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return eventually(async () =>
    (await deliveries()).find(
      (delivery) => !before.has(delivery.svixId) && delivery.type === type && delivery.state !== 'pending',
    ),
  );
}

async function deliveries() {
  const response = await fetch(`${local.clerkUrl}/_local/deliveries`);
  const { items } = (await response.json()) as {
    items: { svixId: string; type: string; state: string; attempts: { status: number }[] }[];
  };
  return items;
}

describe('npm start with nothing configured', () => {
  it('says where Swagger UI and the local Clerk are', async () => {
    const { child } = await local.running();
    const [, docs = '', clerk = ''] = await child.until(
      /Swagger UI +(http:\S+) .*\n +Local Clerk +(http:\S+) .*\n/,
    );

    expect([docs, clerk]).toEqual([`${local.apiUrl}/docs`, local.clerkUrl]);
    for (const page of [docs, clerk]) {
      const response = await fetch(page);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(response.status).toBe(200);
    }
  });

  it('prints a curl line that shows the demo user', async () => {
    const { curl, clerkId } = await local.running();
    if (!pathFolders().some((folder) => existsSync(path.join(folder, 'curl')))) await installByApt('curl');

    const { stdout } = await run('bash', ['-c', curl]);
    expect(JSON.parse(stdout)).toMatchObject({ clerkId, email: expect.stringMatching(/@example\.com$/) });
  });

  it('has something to look at: wishes, and people who follow each other', async () => {
    const { me } = await local.running();
    const { items: followers } = await me.get<{ items: { id: string }[] }>(
      `/users/${String((await me.get('/users/me'))['id'])}/followers`,
    );

    expect(followers.length).toBeGreaterThan(0);
    for (const { id } of followers) {
      expect(await me.get(`/users/${id}`)).toMatchObject({
        relationship: { following: true, followedBy: true },
      });
      expect((await me.get<{ items: object[] }>(`/users/${id}/wishlist`)).items).not.toEqual([]);
    }
  });

  it('answers on 127.0.0.1 only', async () => {
    await local.running();
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      // A link-local address is none without its interface.
      .filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80:'))
      .map(({ address }) => address);
    // On Linux the whole block is this machine, whoever listens on every address answers there.
    if (process.platform === 'linux') others.push('127.0.0.2');

    for (const port of Object.values(local.ports)) {
      expect(await connects('127.0.0.1', port)).toBe(true);
      for (const address of others)
        expect([address, await connects(address, port)]).toEqual([address, false]);
    }
  });

  it('tells the API by webhook what changes in the local Clerk', async () => {
    const { me, clerkId } = await local.running();
    const delivery = await changeInClerk('PATCH', clerkId, 'user.updated', {
      first_name: `Zoë ${Date.now()}`,
    });

    expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
    expect(await me.get('/users/me')).toMatchObject({ firstName: expect.stringMatching(/^Zoë \d+$/) });
  });

  it('goes on with another demo user when one was deleted in the local Clerk', async () => {
    const { child, me, clerkId } = await local.running();
    await me.get('/users/me');
    expect(await changeInClerk('DELETE', clerkId, 'user.deleted')).toMatchObject({ state: 'delivered' });

    expect(await me.problem('GET', '/users/me')).toBe('401 account_deleted');
    const db = await createConnection(
      `mongodb://127.0.0.1:${local.ports.mongodb}/roavelo?replicaSet=rs0`,
    ).asPromise();
    const subjectHash = createHash('sha256').update(clerkId).digest('hex');
    const tombstones = await db.collection('deletedUsers').find().toArray();
    await db.close();
    expect(JSON.stringify(tombstones)).toContain(subjectHash);

    child.signalGroup('SIGINT');
    await child.exit;
    const again = await local.running();
    expect(again.clerkId).not.toBe(clerkId);
    expect(await again.me.get('/users/me')).toMatchObject({ clerkId: again.clerkId });
    expect(await me.problem('GET', '/users/me')).toBe('401 account_deleted');
  });
});

describe('it ends', () => {
  it('by Ctrl-C, with everything it started, and starts again on its own data', async () => {
    const first = await local.running();
    const before = await belongings(first);
    first.child.signalGroup('SIGINT');
    const { code, signal, stderr } = await first.child.exit;

    // npm hands the signal on to whoever called it, once what it ran has ended by itself.
    expect([0, 130, 'SIGINT']).toContain(code ?? signal);
    expect(stderr.replaceAll(/^npm .*\n/gm, '')).toBe('');
    expect(isRunning(first.node)).toBe(false);
    await local.assertNothingLeft(first.mongod);

    expect(await belongings(await local.running())).toEqual(before);
  });

  it('with exit code 0 by SIGTERM', async () => {
    const { child, node, mongod } = await local.running();
    process.kill(node, 'SIGTERM');

    expect(await child.exit).toMatchObject({ code: 0 });
    await local.assertNothingLeft(mongod);
  });

  it('when only npm is told to, which tells nobody', async () => {
    const { child, mongod } = await local.running();
    process.kill(child.pid, 'SIGTERM');

    await child.exit;
    await local.assertNothingLeft(mongod);
  });

  it('by Ctrl-C while it starts', async () => {
    const running = await local.running();
    running.child.signalGroup('SIGINT');
    await running.child.exit;

    const child = local.npmStart();
    const mongod = await eventually(async () => (await local.pids()).mongod);
    child.signalGroup('SIGINT');
    const { stdout } = await child.exit;
    expect(stdout).not.toMatch('is running');
    await local.assertNothingLeft(mongod);
  });

  it.each([
    ['node', 'BR'],
    ['node and mongod', 'CV'],
  ])('by kill -9 of %s, and starts again on its own data', async (victims, code) => {
    const first = await local.running();
    await first.me.request('PUT', `/users/me/wishlist/${code}`);
    const before = await belongings(first);
    process.kill(first.node, 'SIGKILL');
    if (victims === 'node and mongod') process.kill(first.mongod, 'SIGKILL');
    await first.child.exit;

    const second = await local.running();
    expect(second.mongod).not.toBe(first.mongod);
    expect(await belongings(second)).toEqual(before);
    // Neither did the local Clerk forget its keys.
    expect(await belongings(first)).toEqual(before);
  });
});

describe('a second one', () => {
  it('on the same ports says which variable chooses another', async () => {
    await local.running();

    const { code, stderr } = await local.npmStart().exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      `Port ${local.ports.api} on 127.0.0.1 is taken by another program: stop that one, or choose another port (PORT).`,
    );
  });

  it('on the same data leaves the first one alone', async () => {
    const first = await local.running();
    const ports = {
      PORT: await freePort(),
      LOCAL_CLERK_PORT: await freePort(),
      LOCAL_MONGODB_PORT: await freePort(),
    };
    const environment = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));

    const { code, stderr } = await local.npmStart(environment).exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(`is in use by process ${first.node}`);
    for (const port of Object.values(ports)) expect(await connects('127.0.0.1', port)).toBe(false);
    await first.me.get('/users/me');
  });
});

async function connects(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 2_000 });
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('No answer'))),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

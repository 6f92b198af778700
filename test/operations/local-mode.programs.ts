import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mongoose';
import { installByApt } from '../../scripts/apt.ts';
import { freePort } from '../../scripts/port.ts';
import { ApiClient } from '../support/api-client.js';
import { isRunning, pathFolders } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { type LocalMode, prepareLocalMode, type Running } from '../support/local-mode.js';

const run = promisify(execFile);

let local: LocalMode;
beforeAll(async () => {
  local = await prepareLocalMode();
});
afterAll(() => local.remove());

/** The data that must survive: the profile and the wishlist. */
async function belongings({ me }: Running) {
  return { profile: await me.get('/users/me'), wishlist: await me.get('/users/me/wishlist') };
}

/** Calls the local Clerk as its page does; resolves once the webhook has arrived. */
async function changeInClerk(method: string, clerkId: string, type: string, body?: object) {
  const before = new Set((await deliveries()).map(({ svixId }) => svixId));
  const response = await fetch(`${local.clerkUrl}/_local/users/${clerkId}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return eventually(`the delivery of ${type} is done`, async () =>
    (await deliveries()).find(
      (delivery) => !before.has(delivery.svixId) && delivery.type === type && delivery.state !== 'pending',
    ),
  );
}

async function tokenOf(clerkId: string): Promise<string> {
  const response = await fetch(`${local.clerkUrl}/_local/users/${clerkId}/token`);
  return ((await response.json()) as { token: string }).token;
}

async function deliveries() {
  const response = await fetch(`${local.clerkUrl}/_local/deliveries`);
  const { items } = (await response.json()) as {
    items: { svixId: string; type: string; state: string; attempts: { status: number }[] }[];
  };
  return items;
}

describe('npm start with nothing configured', () => {
  it('prints the addresses of Swagger UI and the local Clerk', async () => {
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

  it('prints a curl line that returns the demo user', async () => {
    const { curl, clerkId } = await local.running();
    if (!pathFolders().some((folder) => existsSync(path.join(folder, 'curl')))) await installByApt('curl');

    const { stdout } = await run('bash', ['-c', curl]);
    expect(JSON.parse(stdout)).toMatchObject({ clerkId, email: expect.stringMatching(/@example\.com$/) });
  });

  it('has demo data: wishlists, and users who follow each other', async () => {
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

  it('has demo data for admins and private accounts: requests, purchases, an archive', async () => {
    const { me } = await local.running();
    const as = async (id: string) => new ApiClient(local.apiUrl, `Bearer ${await tokenOf(id)}`);
    const dalia = await as('user_2demoDaliaHaddad0000000004');
    expect(await dalia.get('/users/me')).toMatchObject({ visibility: 'private' });
    expect((await dalia.get<{ items: object[] }>('/users/me/follow-requests')).items).toHaveLength(2);
    const bruno = await as('user_2demoBrunoSilva00000000002');
    expect(await bruno.get('/users/me/purchases')).toMatchObject({
      items: [{ status: 'pending' }, { status: 'paid', amount: 1900, currency: 'EUR' }],
    });
    expect(await me.get('/admin/deleted-users?email=emil@example.com')).toMatchObject({
      items: [{ reason: 'user_requested', purchases: [{ amount: 900 }] }],
    });
    expect(await me.get('/admin/webhook-events?state=dead_letter')).toMatchObject({
      items: [{ type: 'user.deleted' }],
    });
  });

  it('prints the address of MongoDB, the demo users, and the secrets of its Clerk', async () => {
    const { child, clerkId } = await local.running();
    const [, mongodbUri = ''] = await child.until(/MongoDB +(mongodb:\S+)\n/);
    const db = await createConnection(mongodbUri).asPromise();
    const users = await db.collection('users').find().toArray();
    await db.close();
    expect(users).toContainEqual(expect.objectContaining({ clerkId }));
    const said = child.stdout();
    for (const [name, email, about] of [
      ['Amália Reis', 'amalia@example.com', 'admin'],
      ['Bruno Sá', 'bruno@example.com', 'has bought things'],
      ['Chiyo Tanaka', 'chiyo@example.com', 'follows everyone'],
      ['Dalia Haddad', 'dalia@example.com', 'private, with follow requests'],
    ]) {
      expect(said).toMatch(new RegExp(`^  ${name} +${email} +user_\\w+ +${about}$`, 'm'));
    }
    const [, key = ''] = /CLERK_SECRET_KEY=(\S+)/.exec(said) ?? [];
    const asked = await fetch(`${local.clerkUrl}/v1/users/${clerkId}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(asked.status).toBe(200);
    expect(said).toMatch(/CLERK_WEBHOOK_SIGNING_SECRET=whsec_/);
  });

  it('logs requests and webhooks in readable lines', async () => {
    const { child, me, clerkId } = await local.running();
    const before = child.stdout().length;
    await me.get('/users/me');
    expect(await me.problem('PUT', '/users/me/wishlist/ZZ')).toBe('422 unknown_country');
    await changeInClerk('PATCH', clerkId, 'user.updated', { last_name: 'Readable' });
    await child.until(/^\d\d:\d\d:\d\d webhook user\.updated 200$/m);
    const lines = child.stdout().slice(before).split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d GET \/api\/v2\/users\/me 200 \d+ ms userId=\w{24}$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^\S+ PUT \/api\/v2\/users\/me\/wishlist\/:countryCode 422 unknown_country \d+ ms/,
      ),
    );
    expect(child.stdout()).not.toMatch(/^\{/m);
    // Without the requests that create the demo data.
    expect(child.stdout().split('Ctrl-C')[0]).not.toMatch(/ GET \//);
  });

  it('answers on 127.0.0.1 only', async () => {
    await local.running();
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      // A link-local address needs its interface.
      .filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80:'))
      .map(({ address }) => address);
    // On Linux 127.0.0.0/8 is this machine: a server on all addresses would answer.
    if (process.platform === 'linux') others.push('127.0.0.2');

    for (const port of Object.values(local.ports)) {
      expect(await connects('127.0.0.1', port)).toBe(true);
      for (const address of others)
        expect([address, await connects(address, port)]).toEqual([address, false]);
    }
  });

  it('sends changes in the local Clerk to the API by webhook', async () => {
    const { me, clerkId } = await local.running();
    const delivery = await changeInClerk('PATCH', clerkId, 'user.updated', {
      first_name: `Zoë ${Date.now()}`,
    });

    expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
    expect(await me.get('/users/me')).toMatchObject({ firstName: expect.stringMatching(/^Zoë \d+$/) });
  });

  it('creates a deleted demo user again at the next start', async () => {
    const { child, me, clerkId } = await local.running();
    await me.get('/users/me');
    expect(await changeInClerk('DELETE', clerkId, 'user.deleted')).toMatchObject({ state: 'delivered' });

    expect(await me.problem('GET', '/users/me')).toBe('401 account_deleted');
    const db = await createConnection(
      `mongodb://127.0.0.1:${local.ports.mongodb}/roavelo?replicaSet=rs0`,
    ).asPromise();
    const subjectHash = hash('sha256', clerkId, 'hex');
    const tombstones = await db.collection('deletedUsers').find().toArray();
    await db.close();
    expect(JSON.stringify(tombstones)).toContain(subjectHash);

    child.signalGroup('SIGINT');
    await child.exit;
    const again = await local.running();
    expect(again.clerkId).not.toBe(clerkId);
    // The same person with another account: an admin whom the others follow.
    expect(await again.me.get('/users/me')).toMatchObject({
      clerkId: again.clerkId,
      email: 'amalia@example.com',
      role: 'admin',
      wishlistCount: 2,
      followersCount: 3,
      followingCount: 3,
    });
    expect(await me.problem('GET', '/users/me')).toBe('401 account_deleted');
  });
});

describe('npm start ends', () => {
  it('by Ctrl-C, with all its processes, and starts again on its data', async () => {
    const first = await local.running();
    const before = await belongings(first);
    first.child.signalGroup('SIGINT');
    const { code, signal, stderr } = await first.child.exit;

    // npm ends by the signal itself, after its child has ended.
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

  it('when only npm gets the signal', async () => {
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
    const mongod = await eventually('mongod runs', async () => (await local.pids()).mongod);
    child.signalGroup('SIGINT');
    const { stdout } = await child.exit;
    expect(stdout).not.toMatch('is running');
    await local.assertNothingLeft(mongod);
  });

  it.each([
    ['node', 'BR'],
    ['node and mongod', 'CV'],
  ])('by kill -9 of %s, and starts again on its data', async (victims, code) => {
    const first = await local.running();
    await first.me.request('PUT', `/users/me/wishlist/${code}`);
    const before = await belongings(first);
    process.kill(first.node, 'SIGKILL');
    if (victims === 'node and mongod') process.kill(first.mongod, 'SIGKILL');
    await first.child.exit;

    const second = await local.running();
    expect(second.mongod).not.toBe(first.mongod);
    expect(await belongings(second)).toEqual(before);
    // The local Clerk kept its keys.
    expect(await belongings(first)).toEqual(before);
  });
});

describe('a failed or interrupted start', () => {
  it('leaves a complete build, and no running builder', async () => {
    const running = await local.running();
    running.child.signalGroup('SIGINT');
    await running.child.exit;
    const taken = createServer().listen(local.ports.mongodb, '127.0.0.1');
    await once(taken, 'listening');
    const { code, stderr } = await local.npmStart().exit;
    taken.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining('LOCAL_MONGODB_PORT')]);
    await assertBuilt();
  });

  it('by Ctrl-C leaves a complete build', async () => {
    const child = local.npmStart();
    const main = path.join(local.folders.project, 'dist/main.js');
    // The builder empties the folder first.
    await eventually('the old build is gone', () => !existsSync(main));
    child.signalGroup('SIGINT');
    const { stdout } = await child.exit;
    expect(stdout).not.toMatch('is running');
    await assertBuilt();
  });
});

/** The build is complete, and no builder changes it. */
async function assertBuilt(): Promise<void> {
  const { project } = local.folders;
  const sources = globSync('**/*.ts', { cwd: path.join(project, 'src') });
  const missing = () =>
    sources.filter((source) => !existsSync(path.join(project, 'dist', source.replace(/\.ts$/, '.js'))));
  expect(missing()).toEqual([]);
  const { stdout } = await run('ps', ['-ww', '-eo', 'args=']);
  expect(stdout.split('\n').filter((args) => args.includes(project) && args.includes('build'))).toEqual([]);
}

describe('npm start -- --reset', () => {
  it('starts with new data, and removes only its own files', async () => {
    const before = await local.running();
    await before.me.request('PUT', '/users/me/wishlist/AQ');
    const notOurs = path.join(local.folders.data, 'letters.txt');
    await writeFile(notOurs, 'Dear Ann');

    const ports = {
      PORT: await freePort(),
      LOCAL_CLERK_PORT: await freePort(),
      LOCAL_MONGODB_PORT: await freePort(),
    };
    const others = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
    const refused = await local.npmStart(others, ['--reset']).exit;
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is in use by process')]);
    expect(await before.me.get('/users/me')).toMatchObject({ clerkId: before.clerkId });

    before.child.signalGroup('SIGINT');
    await before.child.exit;
    const child = local.npmStart({}, ['--reset']);
    const [, token = ''] = await child.until(/Bearer ([^']+)'[^]*Ctrl-C/);
    const me = new ApiClient(local.apiUrl, `Bearer ${token}`);
    expect(await me.get('/users/me')).toMatchObject({ email: 'amalia@example.com', wishlistCount: 2 });
    expect(await before.me.problem('GET', '/users/me')).toBe('401 invalid_token');
    expect(await readFile(notOurs, 'utf8')).toBe('Dear Ann');
    child.signalGroup('SIGINT');
    await child.exit;
  });

  it('is the only option besides help', async () => {
    const wrong = await local.npmStart({}, ['--rest']).exit;
    expect([wrong.code, wrong.stderr]).toEqual([64, expect.stringMatching(/'--rest'[^]*Usage: npm start/)]);
    const help = await local.npmStart({}, ['--help']).exit;
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('--reset')]);
  });
});

describe('a second npm start', () => {
  it('on the same ports names the variable for another port', async () => {
    await local.running();

    const { code, stderr } = await local.npmStart().exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      `Port ${local.ports.api} on 127.0.0.1 is taken by another program: stop that one, or choose another port (PORT).`,
    );
  });

  it('on the same data does not affect the first one', async () => {
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

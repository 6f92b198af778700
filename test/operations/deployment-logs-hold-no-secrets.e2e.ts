import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mongoose';
import { parse } from 'yaml';
import { findProgram } from '../../scripts/apt.ts';
import { startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, killChildren, startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const deploy = path.resolve(import.meta.dirname, '../../deploy');
const EMAIL = 'kilroy.was.here@example.com';

describe('deploy/haproxy/haproxy.cfg', () => {
  let api: TestApp;
  let haproxy: Child;
  let port: number;
  beforeAll(async () => {
    api = await startTestApp({ TRUST_PROXY: '127.0.0.1' });
    const { host } = new URL(api.anonymous.url);
    port = await freePort();
    haproxy = startChild(
      await findProgram('haproxy'),
      ['-db', '-f', path.join(deploy, 'haproxy/haproxy.cfg')],
      { cwd: '/', env: freshEnvironment({ PROXY_BIND: `127.0.0.1:${port}`, API_1: host, API_2: host }) },
    );
    await eventually('the proxy answers', async () => {
      return (await fetch(`http://127.0.0.1:${port}/api/v2/countries/JP`)).ok;
    });
  }, 120_000);
  afterAll(async () => {
    await killChildren();
    await api.close();
  });

  it('logs each request with its request id, without path, query and headers', async () => {
    const admin = await api.join({ public_metadata: { role: 'admin' } });
    const ann = await api.join({ email_address: [EMAIL] });
    const { receiptUrl } = await ann.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
    const secret = receiptUrl.split('/').at(-1) ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const ask = async (id: string, address: string, more: Record<string, string> = {}) => {
      const headers = { 'x-request-id': id, ...more };
      return (await fetch(`http://127.0.0.1:${port}${address}`, { headers })).status;
    };
    const authorization = `Bearer ${admin.token}`;
    const search = `/api/v2/admin/deleted-users?email=${encodeURIComponent(EMAIL)}`;
    expect(await ask('log-1', receiptUrl, { referer: `https://app.example${receiptUrl}` })).toBe(200);
    expect(await ask('log-2', search, { authorization, cookie: `session=${secret}` })).toBe(200);
    expect(await ask('log-3', `/health/${secret}?email=${EMAIL}`)).toBe(404);
    // Also a request that is not HTTP.
    connect(port, '127.0.0.1').end(`GET ${receiptUrl} HTTP/1.1\r\nHost: x\r\nAnn ${EMAIL}\r\n\r\n`);
    await haproxy.until(/ 400 .* <BADREQ> | 400 \d+ PR--/);
    await haproxy.until(/ 200 .* GET HTTP\/1\.1 log-1$/m);
    await haproxy.until(/ 200 .* GET HTTP\/1\.1 log-2$/m);
    // The proxy's own answers have no id.
    await haproxy.until(/ 404 .* GET HTTP\/1\.1 -$/m);
    const log = haproxy.stdout();
    for (const hidden of [secret, EMAIL, encodeURIComponent(EMAIL), '/api/', admin.token, 'deleted-users']) {
      expect(log).not.toContain(hidden);
    }
  });
});

describe('deploy/compose.yaml', () => {
  interface Service {
    image?: string;
    command?: string[];
  }
  const { services } = parse(readFileSync(path.join(deploy, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, Service>;
  };
  const members = Object.values(services).filter(({ image }) => image?.startsWith('mongo:') === true);

  /** The log of a mongod with these arguments after a slow search. */
  async function logOf(args: string[]): Promise<string> {
    const mongo = await startReplicaSet({ args });
    const connection = await createConnection(mongo.uri).asPromise();
    const archives = connection.collection('deletedUsers');
    await archives.insertOne({ userData: { email: EMAIL } });
    await archives.findOne({ 'userData.email': EMAIL, $where: 'sleep(300) || true' });
    const { log } = (await connection.getClient().db('admin').command({ getLog: 'global' })) as {
      log: string[];
    };
    await connection.close();
    await mongo.stop();
    return log.join('\n');
  }

  it('MongoDB does not log the filters of slow commands', async () => {
    expect(members).toHaveLength(3);
    expect(await logOf([])).toContain(EMAIL);
    for (const { command = [] } of members.slice(0, 1)) {
      expect(members.map((member) => member.command)).toEqual([command, command, command]);
      const own = command.slice(1).join(' ').replace('--replSet rs0 --bind_ip_all ', '').split(' ');
      expect(await logOf(own)).not.toContain(EMAIL);
    }
  });
});

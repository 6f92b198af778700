import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { findProgram } from '../../scripts/apt.ts';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';
import { freshEnvironment, killChildren, startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { type Answer, startLoad, statusesOf } from '../support/load.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';

const SIGTERMS = Number(process.env['FAULT_SIGTERMS'] ?? 50);
const PER_SECOND = 150;
const CONNECTIONS = 20;
const PEOPLE = 10;
const CONFIG = path.resolve(import.meta.dirname, '../../deploy/haproxy/haproxy.cfg');
/** More than the 1.5 s after which the proxy notices that an instance drains. */
const DRAIN_MS = 2500;

let mongo: ReplicaSet;
let clerk: ClerkLocal;
let project: ProjectCopy;
let instances: Instance[];
let proxyUrl: string;
const tokens: string[] = [];

beforeAll(async () => {
  mongo = await startReplicaSet();
  clerk = await startClerkLocal();
  ({ project, instances } = await prepareInstances(2, clerk, testDatabaseUri(mongo.uri), {
    SHUTDOWN_DRAIN_MS: String(DRAIN_MS),
    TRUST_PROXY: '127.0.0.1',
    LOG_LEVEL: 'info',
  }));
  const port = await freePort();
  const haproxy = startChild(await findProgram('haproxy'), ['-db', '-f', CONFIG], {
    cwd: '/',
    env: freshEnvironment({
      PROXY_BIND: `127.0.0.1:${port}`,
      API_1: `127.0.0.1:${instances[0]?.port ?? ''}`,
      API_2: `127.0.0.1:${instances[1]?.port ?? ''}`,
    }),
  });
  proxyUrl = `http://127.0.0.1:${port}`;
  const ended = haproxy.exit.then(({ stdout, stderr }) => {
    throw new Error(`The proxy ended: ${stdout}${stderr}`);
  });
  const ask = () => fetch(`${proxyUrl}/api/v2/countries/JP`);
  // While no instance is ready, clients of the API can read the proxy's own answer.
  const answer = await Promise.race([ended, eventually('the proxy answers', ask)]);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 503, code: 'dependency_unavailable' });
  await Promise.all(instances.map((instance) => instance.start()));
  const ready = eventually('the proxy has an instance', async () => (await ask()).ok);
  await Promise.race([ended, ready]);
  for (const path of ['/metrics', '/%6detrics', '/health/ready', '/health%2Fready']) {
    expect([path, (await fetch(proxyUrl + path)).status]).toEqual([path, 404]);
  }
  for (let i = 0; i < PEOPLE; i++) {
    const { id } = await clerk.createUser({}, { webhook: false });
    tokens.push(await clerk.mintToken(id, { expiresInSeconds: 3600 }));
  }
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await mongo.stop();
  await project.remove();
});

it(`SIGTERM ${SIGTERMS} times under kept-alive load, two instances behind a proxy: no request is dropped`, async () => {
  let n = 0;
  const load = startLoad(
    PER_SECOND,
    () => {
      n++;
      const headers = { authorization: `Bearer ${tokens[n % PEOPLE] ?? ''}` };
      if (n % 3 > 0) return { method: 'GET', url: `${proxyUrl}/api/v2/users/me`, headers };
      const body = JSON.stringify({ note: `visit ${n}` });
      return { method: 'PUT', url: `${proxyUrl}/api/v2/users/me/wishlist/JP`, headers, body };
    },
    { connections: CONNECTIONS },
  );
  const isLost = ({ status }: Answer) => status !== 200 && status !== 201;
  for (let i = 0; i < SIGTERMS; i++) {
    const instance = instances[i % 2];
    if (instance === undefined) throw new Error('There are two');
    const child = instance.child();
    process.kill(child.pid, 'SIGTERM');
    expect(await child.exit).toMatchObject({ code: 0, stderr: '' });
    // The other instance ends next, so this one has to receive requests of the proxy again.
    const again = await instance.start();
    await again.until(/"route":"\/api\/v2\/users\/me"/);
    expect(load.answers.filter(isLost)).toEqual([]);
  }
  const answers = await load.stop();
  process.stdout.write(`${SIGTERMS} SIGTERMs: ${JSON.stringify(statusesOf(answers))}\n`);
  expect(answers.filter(isLost)).toEqual([]);
  expect(answers.length).toBeGreaterThan(SIGTERMS * 100);
});

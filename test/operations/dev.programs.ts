import { globSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalMode, prepareLocalMode, type Running } from '../support/local-mode.js';

const RESTARTED = /: the API restarted in (\d+) ms/g;

let local: LocalMode;
let running: Running;

beforeAll(async () => {
  local = await prepareLocalMode('dev');
  running = await local.running();
});
afterAll(() => local.remove());

const source = (name: string) => path.join(local.folders.project, 'src', name);

/** How often the API has restarted. */
const restarts = () => [...running.child.stdout().matchAll(RESTARTED)].length;

/** Resolves once the API has restarted one more time. */
async function restartAfter(change: () => Promise<void>): Promise<void> {
  const before = restarts();
  await change();
  await running.child.until(new RegExp(`^(?:[^]*?${RESTARTED.source}){${before + 1}}`));
}

describe('npm run dev', () => {
  it('restarts the API after a change, beside the same MongoDB and the same Clerk', async () => {
    const { me, mongod } = running;
    await me.call(201, 'PUT', '/users/me/wishlist/MC');
    const file = source('health/health.controller.ts');
    const text = await readFile(file, 'utf8');
    expect(text).toContain("@Controller('health')");
    await restartAfter(() =>
      writeFile(file, text.replace("@Controller('health')", "@Controller('wellness')")),
    );

    expect((await fetch(`${local.apiUrl}/api/v2/wellness/live`)).status).toBe(200);
    expect(JSON.stringify(await me.get('/users/me/wishlist'))).toContain('"MC"');
    expect((await local.pids()).mongod).toBe(mongod);
    await restartAfter(() => writeFile(file, text));
    expect((await fetch(`${local.apiUrl}/health/live`)).status).toBe(200);
  });

  it('keeps serving while a source cannot be compiled, and restarts once it can', async () => {
    const file = source('health/health.controller.ts');
    const text = await readFile(file, 'utf8');
    await appendFile(file, '\nclass {');
    await running.child.until(/The next change tries again/);
    expect((await fetch(`${local.apiUrl}/health/live`)).status).toBe(200);

    await restartAfter(() => writeFile(file, text));
    expect((await fetch(`${local.apiUrl}/health/live`)).status).toBe(200);
  });

  it('compiles each source as the build does', async () => {
    const { folders } = local;
    const outputs = async () =>
      Object.fromEntries(
        await Promise.all(
          globSync('**/*.{js,map}', { cwd: path.join(folders.project, 'dist') }).map(
            async (name) => [name, await readFile(path.join(folders.project, 'dist', name), 'utf8')] as const,
          ),
        ),
      );
    await restartAfter(async () => {
      const sources = globSync('**/*.ts', { cwd: path.join(folders.project, 'src') });
      await Promise.all(sources.map(async (name) => writeFile(source(name), await readFile(source(name)))));
    });
    const watched = await outputs();
    await local.build();
    expect(Object.keys(watched).length).toBeGreaterThan(300);
    expect(await outputs()).toEqual(watched);
  });

  it('removes the output of a source that is deleted', async () => {
    const output = path.join(local.folders.project, 'dist', 'another.js');
    await restartAfter(() => writeFile(source('another.ts'), 'export const another = 1;\n'));
    expect(await readFile(output, 'utf8')).toContain('another = 1');
    await restartAfter(() => rm(source('another.ts')));
    await expect(readFile(output)).rejects.toThrow('ENOENT');
  });

  it('ends with everything that it started', async () => {
    process.kill(running.node, 'SIGTERM');
    expect(await running.child.exit).toMatchObject({ code: 0 });
    await local.assertNothingLeft(running.mongod);
  });
});

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshEnvironment, pathFolders } from '../support/child.js';

const root = path.resolve(import.meta.dirname, '../..');
const COPIED = [
  'package.json',
  'commitlint.config.js',
  '.prettierrc.json',
  'src',
  'test',
  'packages',
  'scripts',
];

let clone: string;

beforeEach(async () => {
  clone = await mkdtemp(path.join(tmpdir(), 'commits-'));
  for (const name of COPIED) await cp(path.join(root, name), path.join(clone, name), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
});
afterEach(async () => {
  await rm(clone, { recursive: true, force: true });
});

async function run(program: string, args: string[], env: Record<string, string> = {}) {
  const PATH = [path.join(root, 'node_modules/.bin'), ...pathFolders()].join(':');
  return promisify(execFile)(program, args, { cwd: clone, env: freshEnvironment({ ...env, PATH }) }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

const git = (...args: string[]) =>
  run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args]);
const installHooks = (env?: Record<string, string>) => run('node', ['scripts/git-hooks.mjs'], env);

/** The hooks of the repository, without git's own samples. */
async function hooks(): Promise<string[]> {
  const names = await readdir(path.join(clone, '.git', 'hooks')).catch(() => []);
  return names.filter((name) => !name.endsWith('.sample')).sort();
}

describe('the git hooks that npm ci installs', () => {
  it('refuse a subject that breaks a rule, and format what is committed', async () => {
    await git('init');
    expect(await installHooks()).toMatchObject({ code: 0, stderr: '' });
    expect(await hooks()).toEqual(['commit-msg', 'pre-commit']);
    await writeFile(path.join(clone, 'note.md'), '# A note\n* one\n* two\n');
    await git('add', 'note.md');

    for (const subject of [
      'a note without a type',
      'docs(nowhere): a scope that is no room',
      `docs: a subject of more than ${'7'.repeat(40)}2 characters in all`,
    ]) {
      const refused = await git('commit', '-m', subject);
      expect(refused.code).toBe(1);
      expect(refused.stdout + refused.stderr).toContain('✖');
    }
    expect(await git('commit', '-m', 'docs(users)!: a note')).toMatchObject({ code: 0 });
    expect(await readFile(path.join(clone, 'note.md'), 'utf8')).toBe('# A note\n\n- one\n- two\n');
  });

  it('are not installed in CI, without a repository, or in a worktree', async () => {
    expect(await installHooks()).toEqual({ code: 0, stdout: '', stderr: '' });
    await writeFile(path.join(clone, '.git'), 'gitdir: elsewhere\n');
    expect(await installHooks()).toEqual({ code: 0, stdout: '', stderr: '' });
    await rm(path.join(clone, '.git'));
    await git('init');
    expect(await installHooks({ CI: 'true' })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await hooks()).toEqual([]);
  });
});

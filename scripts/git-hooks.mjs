// `npm ci` runs this as `prepare`: it installs the git hooks of package.json in a developer's clone. It
// does nothing in CI, without a repository, in a worktree (which has the hooks of its clone) or without
// development packages, and it never fails.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}node_modules/simple-git-hooks/cli.js`;
const isClone = statSync(`${root}.git`, { throwIfNoEntry: false })?.isDirectory() ?? false;

if (!process.env.CI && isClone && existsSync(program)) {
  const { status, stderr } = spawnSync(process.execPath, [program], { cwd: root, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`The git hooks were not installed: ${stderr}\n`);
}

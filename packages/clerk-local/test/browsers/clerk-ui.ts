import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '1.34.0';
const cache = join(import.meta.dirname, '../../../../.cache');

/**
 * A folder with Clerk's components in its `node_modules`: their tarball alone. As a dependency, they bring
 * react-native along, which these tests don't need.
 * @throws with npm's output when it cannot be fetched
 */
export async function folderWithClerkUi(): Promise<string> {
  const folder = join(cache, `clerk-ui-${VERSION}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, '.clerk-ui-'));
  try {
    const target = join(unfinished, 'node_modules/@clerk/ui');
    await mkdir(target, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--silent', `@clerk/ui@${VERSION}`], { cwd: unfinished });
    await run('tar', ['-xzf', join(unfinished, stdout.trim()), '-C', target, '--strip-components=1']);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/*
 * Writes the commit into the build: the variable COMMIT (an image is built without the repository),
 * otherwise the commit that is checked out.
 */
const root = path.resolve(import.meta.dirname, '..');
const commit = (process.env['COMMIT'] ?? '').trim() || checkedOut();
writeFileSync(path.join(root, 'dist/build-info.json'), `${JSON.stringify({ commit })}\n`);

function checkedOut(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

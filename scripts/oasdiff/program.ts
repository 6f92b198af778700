import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../apt.ts';

const run = promisify(execFile);
const MODULE = 'github.com/oasdiff/oasdiff';

/**
 * The path of oasdiff, compiled into `.cache/` by the Go tool chain when it is not there. `go.mod` beside
 * this file pins its version and those of its dependencies, `go.sum` their checksums.
 */
export async function findOasdiff(): Promise<string> {
  const pinned = new RegExp(`${MODULE} v(\\S+)`).exec(
    readFileSync(path.join(import.meta.dirname, 'go.mod'), 'utf8'),
  )?.[1];
  if (pinned === undefined) throw new Error(`scripts/oasdiff/go.mod does not require ${MODULE}`);
  const program = path.resolve(import.meta.dirname, '../../.cache', `oasdiff-${pinned}`, 'oasdiff');
  if (existsSync(program)) return program;

  const go = await findProgram('go', 'golang-go');
  process.stderr.write(`building oasdiff ${pinned} by go …\n`);
  await mkdir(path.dirname(program), { recursive: true });
  await run(go, ['build', '-mod=readonly', '-trimpath', '-o', program, MODULE], {
    cwd: import.meta.dirname,
    maxBuffer: 2 ** 26,
  });
  return program;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs a Debian package. @throws when not root on Debian; the error names the package */
export async function installByApt(name: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(`only root on Debian can install ${name} from here: do it by hand`);
  }
  process.stderr.write(`installing ${name} by apt-get …\n`);
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 2 ** 26 };
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '-y', '--no-install-recommends', name], options);
}

/**
 * The path of a program from PATH or /usr/sbin; when there is none, its Debian package is installed first.
 */
export async function findProgram(name: string, debianPackage = name): Promise<string> {
  const found = onPath(name);
  if (found !== undefined) return found;
  await installByApt(debianPackage);
  const installed = onPath(name);
  if (installed === undefined) throw new Error(`${debianPackage} was installed, but there is no ${name}`);
  return installed;
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean), '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(existsSync);
}

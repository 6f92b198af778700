import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs a Debian package. Throws, naming what to install by hand, on other systems and for other users than root. */
export async function installByApt(name: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(`only root on Debian can install ${name} from here: do it by hand`);
  }
  process.stderr.write(`installing ${name} by apt-get …\n`);
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 2 ** 26 };
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '-y', '--no-install-recommends', name], options);
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const COPIED = ['package.json', 'nest-cli.json', 'tsconfig.json', '.swcrc', 'src', 'scripts', 'bench'];

export interface ProjectCopy {
  folder: string;
  build(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * The project in a temporary folder, without a build, so that builds of other tests and edits don't change
 * it. Dependencies and the fetched mongod are shared; `mongod: false` leaves the mongod out.
 */
export async function copyProject({ mongod = true } = {}): Promise<ProjectCopy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-'));
  for (const name of COPIED.filter((entry) => existsSync(path.join(root, entry)))) {
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const shared = ['node_modules', ...(mongod ? ['.cache'] : [])];
  for (const name of shared.filter((entry) => existsSync(path.join(root, entry)))) {
    await symlink(path.join(root, name), path.join(folder, name));
  }
  return {
    folder,
    build: async () => {
      const nest = path.join(folder, 'node_modules/@nestjs/cli/bin/nest.js');
      await promisify(execFile)(process.execPath, [nest, 'build'], { cwd: folder });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

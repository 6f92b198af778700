import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');

/**
 * The path of a program of a Python package in exactly this version, installed into `.cache/` when it is
 * missing.
 * @throws with pip's output when it cannot be installed
 */
export async function findPythonProgram(name: string, version: string): Promise<string> {
  const folder = path.join(root, '.cache', `${name}-${version}`);
  const program = path.join(folder, 'bin', name);
  if (existsSync(program)) return program;
  process.stderr.write(`installing ${name} ${version} by pip …\n`);
  try {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    const pip = path.join(folder, 'bin', 'pip');
    await run(pip, ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`]);
  } catch (error) {
    // The next run would take a partial installation for a complete one.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return program;
}

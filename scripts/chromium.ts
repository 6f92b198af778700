import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { installByApt } from './apt.ts';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Finds a Chromium for playwright-core's `executablePath`: CHROMIUM_PATH, then PATH, then Debian's package
 * by apt-get as root. Each candidate must answer `--version`. @throws an error that lists what was tried
 */
export async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return prove(named);
  const installed = onPath();
  if (installed) return prove(installed);
  try {
    await installByApt('chromium');
    const added = onPath();
    if (!added) throw new Error('apt-get installed chromium, but it is not on PATH');
    return await prove(added);
  } catch (error) {
    throw new Error(
      `No Chromium: CHROMIUM_PATH is not set, none of ${names.join(', ')} is on PATH, and ${messageOf(error)}.\n` +
        'Install Chromium or Google Chrome, or set CHROMIUM_PATH to its program.',
      { cause: error },
    );
  }
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
}

async function prove(program: string): Promise<string> {
  await run(program, ['--version'], { timeout: 30_000 }).catch((error: unknown) => {
    throw new Error(`${program} --version failed: ${messageOf(error)}`);
  });
  return program;
}

function messageOf(error: unknown) {
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  findChromium().then(
    (program) => {
      console.log(program);
    },
    (error: unknown) => {
      console.error(messageOf(error));
      process.exitCode = 1;
    },
  );
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { transformFile } from '@swc/core';
import { importBuilt } from './built.ts';

const root = path.resolve(import.meta.dirname, '..');

/** The modules of the build that local mode calls. */
export type Build = typeof import('../src/config/config.js') &
  typeof import('../src/server.js') &
  typeof import('../src/common/observability/logger.js');

/**
 * Builds `dist/`. The build empties the folder first, so it must not be interrupted: it runs in a process
 * group of its own, which Ctrl-C does not reach.
 */
export async function build(): Promise<void> {
  await runNode(['node_modules/@nestjs/cli/bin/nest.js', 'build']);
  await runNode(['scripts/build-info.ts']);
}

export async function loadBuild(): Promise<Build> {
  return {
    ...(await importBuilt<typeof import('../src/config/config.js')>('config/config.js')),
    ...(await importBuilt<typeof import('../src/server.js')>('server.js')),
    ...(await importBuilt<typeof import('../src/common/observability/logger.js')>(
      'common/observability/logger.js',
    )),
  };
}

/**
 * Compiles one source into `dist/` as `nest build` does (`test/operations/dev.programs.ts` compares them),
 * or removes the output of a source that no longer exists. Types are not checked.
 * @param source relative to `src/`, for example `users/users.service.ts`
 * @throws an error with the place of the mistake when the source cannot be parsed
 */
export async function compileSource(source: string): Promise<void> {
  const output = path.join(root, 'dist', source.replace(/\.ts$/, '.js'));
  const file = path.join(root, 'src', source);
  const compiled = await transformFile(file, {
    cwd: root,
    sourceFileName: path.relative(path.dirname(output), file),
    // Nest's own addition to .swcrc.
    jsc: { transform: { useDefineForClassFields: false } },
  }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (compiled === undefined) {
    await Promise.all([rm(output, { force: true }), rm(`${output}.map`, { force: true })]);
    return;
  }
  await mkdir(path.dirname(output), { recursive: true });
  await writeFile(output, `${compiled.code}\n//# sourceMappingURL=${path.basename(output)}.map`);
  await writeFile(`${output}.map`, compiled.map ?? '');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /no such file|os error 2|ENOENT/i.test(error.message);
}

async function runNode(args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`The build failed:\n${printed.join('')}`);
}

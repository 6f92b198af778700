import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type SeedOptions, seedParameters } from '../store/seed-parameters.ts';

/** A seed file that can't be read or has a wrong key or value. */
export class SeedFileError extends Error {}

/** @throws a `SeedFileError` with the file, the path within and what is wrong there, a line for each */
export async function readSeedFile(file: string): Promise<SeedOptions> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SeedFileError(`${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new SeedFileError(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const result = seedParameters.safeParse(content);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path, message }) => `${file}: ${z.core.toDotPath(path) || 'the file'}: ${message}`,
  );
  throw new SeedFileError(lines.join('\n'));
}

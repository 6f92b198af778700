import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type NewUser, newUserParameters } from '../store/user-parameters.ts';

/** `{"users": […]}`, each with the parameters of `POST /v1/users`, and `id` and `image_url`. */
const seedFile = z.strictObject({ users: z.array(newUserParameters).default([]) });

/** @throws an error with the file, the path within and what is wrong there, a line for each */
export async function readSeedFile(file: string): Promise<{ users: NewUser[] }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const result = seedFile.safeParse(content);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path, message }) => `${file}: ${z.core.toDotPath(path) || 'the file'}: ${message}`,
  );
  throw new Error(lines.join('\n'));
}

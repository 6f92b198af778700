import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `prepack` and `postpack`: the packed package.json has no export condition `development`. It names the
 * sources, which are not in the package; bundlers and Vitest set this condition, too.
 */
const file = join(import.meta.dirname, '../package.json');
const saved = `${file}.saved`;

if (process.argv[2] === 'restore') {
  if (existsSync(saved)) renameSync(saved, file);
} else {
  copyFileSync(file, saved);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    exports: Record<string, { development?: string }>;
  };
  for (const conditions of Object.values(manifest.exports)) delete conditions.development;
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

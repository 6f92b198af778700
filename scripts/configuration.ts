import { writeFile } from 'node:fs/promises';
import { importBuilt } from './built.ts';
import { configurationPage } from './configuration-page.ts';

// Writes docs/configuration.md: `npm run docs:configuration`.
const { VARIABLE_SECTIONS } =
  await importBuilt<typeof import('../src/config/environment.js')>('config/environment.js');
await writeFile(
  new URL('../docs/configuration.md', import.meta.url),
  await configurationPage(VARIABLE_SECTIONS),
);

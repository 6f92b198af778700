import { readFile, writeFile } from 'node:fs/promises';
import { withCosts } from './costs/section.ts';
import type { Scale } from './scale/report.ts';

// Writes the tables of costs in docs/operations.md, from what `npm run bench:scale` measured.
const page = new URL('../docs/operations.md', import.meta.url);
const scale = JSON.parse(await readFile(new URL('results/scale.json', import.meta.url), 'utf8')) as Scale;
await writeFile(page, await withCosts(await readFile(page, 'utf8'), scale));

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configurationPage } from '../../scripts/configuration-page.ts';
import { environmentSchema, VARIABLE_SECTIONS } from '../../src/config/environment.js';

describe('docs/configuration.md', () => {
  it('is what `npm run docs:configuration` makes of the schema', async () => {
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toBe(await configurationPage(VARIABLE_SECTIONS));
  });

  it('has a section for every variable that is read', () => {
    const listed = Object.values(VARIABLE_SECTIONS).flatMap((variables) => Object.keys(variables));
    expect(listed.sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  });
});

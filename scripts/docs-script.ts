import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalPerson } from 'clerk-local';

const PAGE = readFileSync(path.join(import.meta.dirname, 'docs-page.js'), 'utf8');

/**
 * JavaScript for Swagger UI's page in local mode: signs it in, and lets one choose who to be.
 * @param people the first one is who one is at first
 */
export function docsScript(clerkUrl: string, people: readonly LocalPerson[]): string {
  // It stands inside a page: a name must not end the script.
  const given = JSON.stringify({ clerkUrl, people }).replaceAll('<', '\\u003c');
  return `${PAGE}\nglobalThis.roaveloLocalMode(${given});`;
}

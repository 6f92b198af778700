import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalPerson } from 'clerk-local';

const PAGE = readFileSync(path.join(import.meta.dirname, 'docs-page.js'), 'utf8');

/**
 * JavaScript for Swagger UI's page in local mode: signs the page in, and offers the demo people to choose
 * from.
 * @param people the page begins as the first one
 */
export function docsScript(clerkUrl: string, people: readonly LocalPerson[]): string {
  // The script is inline: a name must not contain `</script>`.
  const given = JSON.stringify({ clerkUrl, people }).replaceAll('<', '\\u003c');
  return `${PAGE}\nglobalThis.roaveloLocalMode(${given});`;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, type Operation, readDocument } from '../test/openapi/documents.ts';
import type { Claim } from '../test/supported/claim.ts';
import { CLAIMS } from '../test/supported/claims.ts';

/*
 * `npm run supported` writes SUPPORTED.md and src/server/clerk-operations.ts, from Clerk's OpenAPI documents
 * and the claims of test/supported/. A test fails when one of the files is not what this writes.
 */
export const ROOT = join(import.meta.dirname, '..');
const APIS: readonly { api: Api; title: string; where: string }[] = [
  { api: 'backend', title: 'Backend API', where: '`<url>/v1`' },
  { api: 'frontend', title: 'Frontend API', where: '`<proxyUrl>`, the URL and `/__clerk`' },
];

export const FILES: readonly { name: string; content: () => string }[] = [
  { name: 'SUPPORTED.md', content: supportedPage },
  { name: 'src/server/clerk-operations.ts', content: operationsSource },
];
if (import.meta.main) for (const { name, content } of FILES) writeFileSync(join(ROOT, name), content());

function operationsSource(): string {
  const list = (api: Api): string => readDocument(api).operations.map(nameOf).join('\n');
  return `/**
 * The operations of Clerk's OpenAPI documents of 2026-05-12, written by scripts/supported.ts: a route of
 * Clerk that this program does not have is refused otherwise than a path that Clerk doesn't have either.
 */
const BACKEND = \`
${list('backend')}
\`;

const FRONTEND = \`
${list('frontend')}
\`;

export type Api = 'backend' | 'frontend';

/** "<method> <path>", with \`{parameters}\`. */
export const OPERATIONS: Readonly<Record<Api, readonly string[]>> = {
  backend: BACKEND.trim().split('\\n'),
  frontend: FRONTEND.trim().split('\\n'),
};
`;
}

function supportedPage(): string {
  const counts = APIS.map(({ api, title }) => {
    const { operations } = readDocument(api);
    const states = operations.map((operation) => stateOf(claimOf(operation)));
    const count = (state: State): string => String(states.filter((other) => other === state).length);
    return row(title, String(operations.length), count('works'), count('needs set-up'), count('refused'));
  });
  return `# What clerk-local supports

Written by \`npm run supported\`, from the claims in \`test/supported/\` and Clerk's
[OpenAPI documents](https://github.com/clerk/openapi-specs) of 2026-05-12. \`test/supported/supported.spec.ts\`
fails when this page isn't true:

- **works**: a test calls the operation, by the real SDK where that has it. What a write changes is read by
  another operation, before and after. A wrong input gets a refusal that Clerk documents. Each answer validates
  against Clerk's document.
- **needs set-up**: the same, after what the last column names.
- **refused**: 501, \`not_supported_by_clerk_local\`, with a text that names the operation. The test calls each.

${row('', 'operations', 'work', 'need set-up', 'refused')}
${row('---', '---:', '---:', '---:', '---:')}
${counts.join('\n')}

${APIS.map(apiSection).join('\n')}`;
}

function apiSection({ api, title, where }: (typeof APIS)[number]): string {
  const byTag = Object.groupBy(readDocument(api).operations, ({ tag }) => tag);
  const tags = Object.entries(byTag)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([tag, operations = []]) => tagSection(tag, operations));
  return `## ${title}, at ${where}\n\n${tags.join('\n')}`;
}

function tagSection(tag: string, operations: Operation[]): string {
  const claims = operations.map(claimOf);
  const supported = claims.filter((claim) => claim !== undefined).length;
  const heading = `### ${tag}: ${supported} of ${operations.length}\n`;
  if (supported === 0) {
    return `${heading}\nRefused: ${operations.map((operation) => `\`${nameOf(operation)}\``).join(', ')}.\n`;
  }
  const rows = operations.map((operation, i) => {
    const claim = claims[i];
    return row(`\`${nameOf(operation)}\``, stateOf(claim), claim?.by ?? '', claim?.needs ?? '');
  });
  const header = [row('operation', 'state', 'tested by', 'needs'), row('---', '---', '---', '---')];
  return `${heading}\n${[...header, ...rows].join('\n')}\n`;
}

type State = 'works' | 'needs set-up' | 'refused';

function stateOf(claim: Claim | undefined): State {
  if (claim === undefined) return 'refused';
  return claim.needs === undefined ? 'works' : 'needs set-up';
}

function claimOf(operation: Operation): Claim | undefined {
  return CLAIMS.find((claim) => claim.api === operation.api && claim.operation === nameOf(operation));
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

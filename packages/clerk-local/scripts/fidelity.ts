import { AssertionError } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { BACKEND_ROWS, type Row } from './fidelity/backend-rows.ts';
import { FRONTEND_ROWS } from './fidelity/frontend-rows.ts';
import { type Target, startEmulate, startOurs, withoutCharset } from './fidelity/target.ts';

/*
 * `npm run fidelity` makes the same calls of Clerk's real SDKs against clerk-local and against `emulate`,
 * which it installs from npm into a temporary folder, and writes FIDELITY.md.
 */
const EMULATE = '0.12.2';
const ROW_LIMIT_MS = 15_000;
const ROWS = [...BACKEND_ROWS, ...FRONTEND_ROWS];

const folder = mkdtempSync(join(tmpdir(), 'clerk-local-fidelity-'));
const targets: Target[] = [];
const columns: string[][] = [];
try {
  targets.push(await startOurs());
  const emulate = await startEmulate(folder, EMULATE);
  targets.push(emulate, await withoutCharset(emulate));
  for (const target of targets) {
    const results: string[] = [];
    for (const row of ROWS) results.push(await resultOf(row, target));
    columns.push(results);
  }
} finally {
  await Promise.all(targets.map((target) => target.close()));
  rmSync(folder, { recursive: true });
}
writeFileSync(join(import.meta.dirname, '../FIDELITY.md'), page());
// clerk-js keeps timers.
process.exit();

/** "yes", or the reason why the SDK read something else. */
async function resultOf(row: Row, target: Target): Promise<string> {
  const expired = delay(ROW_LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`no end within ${ROW_LIMIT_MS / 1000} s`);
  });
  try {
    await Promise.race([row.run(target), expired]);
    return 'yes';
  } catch (error) {
    return `no: ${reasonOf(error)}`;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AssertionError && error.generatedMessage) {
    return tidy(`${inspect(error.actual)} instead of ${inspect(error.expected)}`);
  }
  const { message, status, errors } = error as Error & { status?: number; errors?: { code?: string }[] };
  const parts = [status, errors?.[0]?.code, message];
  return tidy(parts.filter((part) => part !== undefined && part !== '').join(' '));
}

/** One line, the same in each run: without ids and times. */
function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll(/\b([a-z]+)_[0-9a-zA-Z]{20,}/g, '$1_…')
    .replaceAll(/\d{10,}/g, (time) => (time.length === 10 ? '<seconds>' : '<number>'))
    .slice(0, 160);
}

function page(): string {
  const versions = ['@clerk/backend', '@clerk/clerk-js', '@clerk/testing', 'svix'].map(
    (name) => `\`${name}\` ${versionOf(name)}`,
  );
  const counts = columns.map((results) => results.filter((result) => result === 'yes').length);
  return `# Fidelity

Written by \`npm run fidelity\` on ${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node}:
the same calls of Clerk's real SDKs (${versions.join(', ')}) against clerk-local ${versionOf('clerk-local')} and
\`emulate\` ${EMULATE} (vercel-labs; npm's \`latest\` is an unrelated package), each with one seeded user.

"yes" means that the SDK's result is what Clerk's documents and the types of the SDK say. What a call needs first
is made without the SDK, so a row doesn't depend on another one. \`emulate\` answers with
\`content-type: application/json; charset=UTF-8\`. \`@clerk/backend\` reads only \`application/json\` as JSON, so the
last column shows what remains when a proxy removes the charset.

| | ${targets.map(({ name }) => name).join(' | ')} |
| --- | ${targets.map(() => '---').join(' | ')} |
| read correctly, of ${ROWS.length} | ${counts.join(' | ')} |

| area | call | ${targets.map(({ name }) => name).join(' | ')} |
| --- | --- | ${targets.map(() => '---').join(' | ')} |
${ROWS.map((row, i) => `| ${[row.area, row.call, ...columns.map((results) => results[i])].join(' | ')} |`).join('\n')}
`;
}

function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  const own = join(import.meta.dirname, '../package.json');
  if (name === 'clerk-local') return (JSON.parse(readFileSync(own, 'utf8')) as { version: string }).version;
  const paths = require.resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      const manifest = readFileSync(join(path, name, 'package.json'), 'utf8');
      return (JSON.parse(manifest) as { version: string }).version;
    } catch {
      // Another folder has it.
    }
  }
  throw new Error(`${name} is not installed`);
}

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findOasdiff } from './oasdiff/program.ts';

const run = promisify(execFile);
const USAGE = `
Usage: npm run openapi:compare [-- <released.json> <current.json>]

Compares openapi/openapi.json with openapi/released.json, the document of the last release. Lists what breaks a client
and what was added. A line of accepted-changes.txt, beside the released document, accepts the change that prints it.

Exit codes: 0 nothing breaks a client, 1 something does.
`.trim();

/** One change as oasdiff reports it. Levels: 1 info, 2 warning, 3 error. */
interface Change {
  text: string;
  level: number;
  operation: string;
  path: string;
}

export interface Comparison {
  /** One line for each change that breaks a client or may break it: method, path, change. */
  breaking: string[];
  additions: string[];
}

/** Compares two OpenAPI files. Changes of descriptions, summaries and examples are not reported. */
export async function compareDocuments(released: string, current: string): Promise<Comparison> {
  const { stdout } = await run(
    await findOasdiff(),
    [
      ...['changelog', released, current, '--format', 'json'],
      // oasdiff's own levels allow that error statuses, optional fields and values in answers go.
      ...['--severity-levels', path.join(import.meta.dirname, 'oasdiff', 'severity-levels.txt')],
    ],
    { maxBuffer: 2 ** 28 },
  );
  const changes = JSON.parse(stdout) as Change[];
  const breaking = changes
    .filter(({ level }) => level > 1)
    .map((change) => `${change.operation} ${change.path} ${change.text}`);
  const additions = Map.groupBy(
    changes.filter(({ level }) => level === 1),
    // The same change of a shared schema shows once for each status.
    ({ text }) => text.replace(/ for the response status `\d+`/, ''),
  );
  return {
    breaking: [
      ...new Set([...breaking, ...removedMediaTypes(readDocument(released), readDocument(current))]),
    ],
    additions: [...additions].map(([text, same]) => `${operationsOf(same)} ${text}`),
  };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  requestBody?: Body;
  responses?: Record<string, Body>;
}
interface Body {
  content?: Record<string, unknown>;
}

/** oasdiff lets `application/merge-patch+json` replace `application/json`; a client then gets a 415. */
function removedMediaTypes(released: Document, current: Document): string[] {
  return Object.entries(released.paths).flatMap(([route, item]) =>
    Object.entries(item).flatMap(([method, before]) => {
      const after = current.paths[route]?.[method];
      const bodies: [string, Body | undefined, Body | undefined][] = [
        ['the request', before.requestBody, after?.requestBody],
        ...Object.entries(before.responses ?? {}).map(([status, body]): [string, Body, Body | undefined] => [
          `the response with the \`${status}\` status`,
          body,
          after?.responses?.[status],
        ]),
      ];
      return bodies.flatMap(([name, was, is]) =>
        // A body that is gone as a whole is reported by oasdiff.
        Object.keys((is && was?.content) ?? {})
          .filter((mediaType) => !Object.hasOwn(is?.content ?? {}, mediaType))
          .map(
            (mediaType) =>
              `${method.toUpperCase()} ${route} removed the media type \`${mediaType}\` of ${name}`,
          ),
      );
    }),
  );
}

function operationsOf(changes: Change[]): string {
  const names = [...new Set(changes.map(({ operation, path }) => `${operation} ${path}`))];
  return names.length > 3
    ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more:`
    : `${names.join(', ')}:`;
}

function readDocument(file: string): Document {
  return JSON.parse(readFileSync(file, 'utf8')) as Document;
}

function acceptedChanges(released: string): Set<string> {
  const file = path.join(path.dirname(released), 'accepted-changes.txt');
  if (!existsSync(file)) return new Set();
  return new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean));
}

function print(title: string, lines: string[]): void {
  console.log(`${title}: ${lines.length}`);
  for (const line of lines) console.log(`  ${line}`);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(USAGE);
    process.exit(0);
  }
  const [released = 'openapi/released.json', current = 'openapi/openapi.json'] = positionals;
  const { breaking, additions } = await compareDocuments(path.resolve(released), path.resolve(current));
  const accepted = acceptedChanges(released);
  const [allowed, forbidden] = [true, false].map((is) =>
    breaking.filter((line) => accepted.has(line) === is),
  );
  print('Additions', additions);
  print('Accepted changes', allowed ?? []);
  print('Changes that break clients', forbidden ?? []);
  if (forbidden?.length !== 0) {
    console.log('docs/releasing.md says what to do about a change that breaks clients.');
    process.exitCode = 1;
  }
}

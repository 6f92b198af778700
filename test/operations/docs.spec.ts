import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SCHEMAS } from '../../src/database/schemas.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = globSync(
  [
    ...['*.md', 'docs/**/*.md', 'packages/*/*.md', 'test/*.md', 'bench/*.md'],
    ...['mobile/*.md', 'mobile/bench/*.md', 'mobile/{apps,packages}/*/*.md'],
  ],
  { cwd: root },
).sort();
const fileNames = new Set(
  globSync(
    [
      ...['{src,test,scripts,bench}/**/*.ts', 'packages/*/{src,test}/**/*.ts'],
      ...['mobile/bench/*.ts', 'mobile/{apps,packages}/*/{app,browser,native-test,src,test}/**/*.{ts,tsx}'],
    ],
    { cwd: root },
  ).map((file) => path.basename(file)),
);

/** Folders of the article's own code. */
const ELSEWHERE = /^(?:backend|mobile\/(?:app|hooks|utils))\//;
/** Made by a command of the page that names it. */
const MADE = new Set([
  ...['openapi/accepted-changes.txt', 'deploy/.env', 'deploy/metrics_token', 'mobile/node_modules'],
]);

const read = (page: string) => readFileSync(path.join(root, page), 'utf8');
const withoutFences = (text: string) => text.replaceAll(/^```[^]*?^```/gm, '');

/** GitHub's anchors of a page's headings. */
function anchorsOf(page: string): string[] {
  return [...withoutFences(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf(page: string): string[] {
  return [...withoutFences(read(page)).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)]
    .map(([, link, image = '']) => link ?? image)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), file);
  if (!existsSync(path.join(root, target))) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
}

/** Words in inline code that look like files or folders of this repository. */
function pathsIn(text: string): string[] {
  const words = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(/\s+/));
  return words.filter(
    (word) =>
      (/^(?:src|test|scripts|docs|packages|deploy|bench|openapi|mobile)\/[\w./{},*-]+$/.test(word) ||
        /^\w[\w./()-]*\/[\w.-]+\.(?:tsx?|py|md)$/.test(word)) &&
      !ELSEWHERE.test(word) &&
      !MADE.has(word),
  );
}

/** From the root, or from the page's own folder: a package's pages name its files. */
const isThere = (page: string, file: string) =>
  [root, path.join(root, path.dirname(page))].some(
    (cwd) => existsSync(path.join(cwd, file)) || globSync(file, { cwd }).length > 0,
  );

describe.each(PAGES)('%s', (page) => {
  it('has only links to pages and headings that exist', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names only files that exist', () => {
    const text = withoutFences(read(page));
    const files = [...text.matchAll(/`([\w-]+(?:\.[\w-]+)*\.ts)`/g)].map(([, name = '']) => name);
    expect(pathsIn(text).filter((file) => !isThere(page, file))).toEqual([]);
    expect(files.filter((name) => !fileNames.has(name) && !isThere(page, name))).toEqual([]);
  });
});

it.each(PAGES)('%s: each name "of" or "in" a file stands in it', (page) => {
  const named = [...withoutFences(read(page)).matchAll(/`(\w+)`\s+(?:in|of)\s+`(src\/[\w./-]+\.ts)`/g)];
  const missing = named.filter(([, name = '', file = '']) => !read(file).includes(name));
  expect(missing.map(([text]) => text)).toEqual([]);
});

describe('docs/article.md', () => {
  const rows = [...read('docs/article.md').matchAll(/^\| (?!the article |-)(.+) \|$/gm)].map(([, row = '']) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );

  it.each(rows)('%s: a file and a test, or who builds it', (_article, here = '', shownBy = '', why = '') => {
    if (here === '–') expect(why).toMatch(/Clerk (?:does it|keeps)|\*\*not built yet\*\*, issue \d+/);
    else expect(shownBy).toMatch(/`(?:test|mobile)\/|tests that it names/);
  });
});

describe('docs/architecture.md', () => {
  it('names every room', () => {
    const rooms = globSync('src/{*,common/*}/', { cwd: root }).filter((room) => room !== 'src/common');
    expect(rooms.length).toBeGreaterThan(15);
    expect(rooms.filter((room) => !read('docs/architecture.md').includes(`| \`${room}\``))).toEqual([]);
  });

  it('draws the import directions that the linter checks', () => {
    const [, picture = ''] = /^flowchart TD\n([^]*?)^```/m.exec(read('docs/architecture.md')) ?? [];
    const drawn = [...picture.matchAll(/^ *([\w-]+) --> (.+)$/gm)].flatMap(([, from = '', targets = '']) =>
      targets.split(' & ').map((to) => [from, to] as const),
    );
    const reaches = (from: string, to: string): boolean =>
      drawn.some(([a, b]) => a === from && (b === to || reaches(b, to)));
    const rules = [...read('.dependency-cruiser.cjs').matchAll(/^ *between\('([\w-]+)', \[(.*)\]\)/gm)].map(
      ([, from = '', list = '']) => ({
        from,
        to: [...list.matchAll(/'([\w-]+)'/g)].map(([, to = '']) => to),
      }),
    );
    expect(rules.length).toBeGreaterThan(10);
    for (const { from, to } of rules) expect(to.filter((room) => !reaches(from, room))).toEqual([]);
    const shared = ['common', 'config'];
    const isAllowed = ([from, to]: (typeof drawn)[number]) =>
      shared.includes(to) || rules.some((rule) => rule.from === from && rule.to.includes(to));
    expect(drawn.filter((arrow) => !isAllowed(arrow))).toEqual([]);
  });

  it('names every collection', () => {
    const collections = SCHEMAS.map(([, schema]) => String(schema.get('collection')));
    expect(collections.filter((name) => !read('docs/architecture.md').includes(`\`${name}\``))).toEqual([]);
  });
});

it('docs/decisions/README.md lists every decision', () => {
  const pages = globSync('docs/decisions/0*.md', { cwd: root }).map((page) => path.basename(page));
  expect(linksOf('docs/decisions/README.md').sort()).toEqual(pages.sort());
});

it('docs/operations.md subscribes the webhook endpoint to every handled event, and to no other', () => {
  const handlers = globSync('src/webhooks/*.handler.ts', { cwd: root }).map(read).join('\n');
  const handled = [...handlers.matchAll(/^@HandlesWebhook\(([^)]*)\)/gm)].flatMap(([, types = '']) =>
    [...types.matchAll(/'([^']+)'/g)].map(([, type = '']) => type),
  );
  const [, section = ''] = /^## The webhook endpoint\n([^]*?)^## /m.exec(read('docs/operations.md')) ?? [];
  const subscribed = [...section.matchAll(/`([a-zA-Z]+\.[a-z]+)`/g)].map(([, type = '']) => type);
  expect(handled.length).toBeGreaterThan(5);
  expect(subscribed.sort()).toEqual(handled.sort());
});

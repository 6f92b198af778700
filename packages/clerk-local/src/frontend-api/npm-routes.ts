import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { z } from 'zod';
import { routeNotFound } from '../server/errors.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';

/** What Clerk's CDN serves of a package, by extension. */
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

const filePath = z.object({ package: z.string(), '*': z.string() });

/**
 * clerk-js and Clerk's components for browsers, which load them from the Frontend API: those that the
 * developer has installed, whatever version the address names.
 */
export function npmRoutes(api: Server): void {
  api.get('/npm/@clerk/:package/dist/*', { schema: { params: filePath } }, async (request, reply) => {
    const [, name] = /^(clerk-js|ui)@[\w.-]+$/.exec(request.params.package) ?? [];
    const type = TYPES[extname(request.params['*'])];
    if (name === undefined || type === undefined) throw routeNotFound();
    const dist = await installedDist(name);
    if (dist === undefined) {
      const text = `@clerk/${name} is not installed here. Install it: npm i -D @clerk/${name}`;
      throw clerkError(404, 'package_not_installed', 'Package not installed', text);
    }
    const file = await fileBelow(dist, request.params['*']);
    if (!file) throw routeNotFound();
    // An update in node_modules is in use at the next load of a page.
    reply.headers({ 'cache-control': 'no-cache', etag: file.etag }).type(type);
    if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
    return readFile(file.path);
  });
}

/** The package as Node finds it from the current directory; failing that, from this program's. */
async function installedDist(name: string): Promise<string | undefined> {
  for (const start of [process.cwd(), import.meta.dirname]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const dist = await existing(join(folder, 'node_modules/@clerk', name, 'dist'));
      if (dist !== undefined) return dist;
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
}

/** Undefined for what is no file, or is outside the folder: also by a symbolic link. */
async function fileBelow(folder: string, path: string) {
  const file = await existing(join(folder, path));
  if (!file?.startsWith(folder + sep)) return undefined;
  const stats = await stat(file);
  return stats.isFile() ? { path: file, etag: `"${stats.size}-${stats.mtimeMs}"` } : undefined;
}

function existing(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Server } from '../server/zod-types.ts';

const FOLDER = join(import.meta.dirname, 'static');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing is loaded from elsewhere, and only the page's own files may run. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page for developers, `GET /`: the files of `static/`, which read the data from `/_local`. */
export function page(server: Server): void {
  for (const name of readdirSync(FOLDER)) {
    const path = name === 'index.html' ? '/' : `/${name}`;
    server.get(path, async (_request, reply) => {
      reply
        .headers({ 'content-security-policy': POLICY, 'cross-origin-opener-policy': 'same-origin' })
        .type(TYPES[extname(name)] ?? 'application/octet-stream');
      return readFile(join(FOLDER, name));
    });
  }
}

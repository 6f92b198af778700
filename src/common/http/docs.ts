import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import { createDocument, forReading, withServerOf } from './openapi.js';
import { etagOf } from './revalidation.js';

const REMEMBERED_HOSTS = 16;

/** The files of Swagger UI that its page loads. */
const FILES = {
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
};

/**
 * Serves `/openapi.json`, `/openapi.yaml` and Swagger UI at `/docs`. The document is made on the first
 * request for it.
 * @param script JavaScript for Swagger UI's page; local mode signs in with it
 */
export function serveDocs(app: NestFastifyApplication, script: string | undefined): void {
  const instance = app.getHttpAdapter().getInstance();
  const documentOnce = once(() => createDocument(app));
  serveDocument(instance, '/openapi.json', 'application/json', documentOnce, JSON.stringify);
  serveDocument(instance, '/openapi.yaml', 'text/yaml', documentOnce, async (made) => {
    const { dump } = await import('js-yaml');
    return dump(made, { skipInvalid: true, noRefs: true });
  });

  for (const [path, folder] of Object.entries({
    '/docs': './docs/',
    '/docs/': './',
    '/docs/index.html': './',
  })) {
    const page = pageOf(folder, script);
    instance.get(path, (_request, reply) => reply.type('text/html').send(page));
  }
  serveDocument(instance, '/docs/swagger-ui-init.js', 'application/javascript', documentOnce, (made) =>
    startOf(forReading(made)),
  );
  for (const [name, type] of Object.entries(FILES)) serveFile(instance, name, type);
}

/**
 * Serves the document in one of its forms. Callers with the same `Host` share one buffer: with one per
 * request, 600 callers who don't read their answers would hold 200 MB.
 */
function serveDocument(
  instance: FastifyInstance,
  path: string,
  type: string,
  document: () => Promise<OpenAPIObject>,
  write: (document: OpenAPIObject) => string | Promise<string>,
): void {
  const made = new LRUCache<string, () => Promise<Buffer>>({ max: REMEMBERED_HOSTS });
  instance.get(path, async (request, reply) => {
    const key = `${request.protocol}://${request.host}`;
    const make = async () => Buffer.from(await write(withServerOf(request, await document())));
    const bytes = made.get(key) ?? once(make);
    made.set(key, bytes);
    return reply.type(type).send(await bytes());
  });
}

/** Serves a file of Swagger UI, which is read once. */
function serveFile(instance: FastifyInstance, name: string, type: string): void {
  const read = once(async () => {
    const bytes = await readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
    return { bytes, etag: etagOf(bytes) };
  });
  instance.get(
    `/docs/${name}`,
    { config: { cacheControl: 'public, max-age=0' } },
    async (_request, reply) => {
      const { bytes, etag } = await read();
      return reply.type(type).header('etag', etag).send(bytes);
    },
  );
}

/** Makes a value once for all callers, and again after a failure. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}

/** @param folder where the page finds its files, relative to its own address */
function pageOf(folder: string, script: string | undefined): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Roavelo API</title>
  <link rel="stylesheet" href="${folder}swagger-ui.css">
  <link rel="stylesheet" href="${folder}index.css">
  <link rel="icon" type="image/png" href="${folder}favicon-32x32.png" sizes="32x32">
  <link rel="icon" type="image/png" href="${folder}favicon-16x16.png" sizes="16x16">
  <style>.swagger-ui .topbar .download-url-wrapper { display: none }</style>
</head>
<body>
<div id="swagger-ui"></div>
<script src="${folder}swagger-ui-bundle.js"></script>
<script src="${folder}swagger-ui-standalone-preset.js"></script>
<script src="${folder}swagger-ui-init.js"></script>
${script === undefined ? '' : `<script>${script}</script>`}
</body>
</html>
`;
}

/** The script that shows the document. */
function startOf(document: OpenAPIObject): string {
  return `window.onload = () => {
  window.ui = SwaggerUIBundle({
    spec: ${JSON.stringify(document)},
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: 'StandaloneLayout',
    persistAuthorization: false,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    filter: true,
    docExpansion: 'none',
  });
};
`;
}

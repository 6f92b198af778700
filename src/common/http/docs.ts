import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { isDocs } from './hooks.js';
import { createDocument, forReading, serveDocument, withServerOf } from './openapi.js';

/**
 * Serves `/openapi.json`, `/openapi.yaml` and Swagger UI at `/docs`. The document is made on the first
 * request for it.
 * @param script JavaScript for Swagger UI's page; local mode signs in with it
 */
export function serveDocs(app: NestFastifyApplication, script: string | undefined): void {
  let document: OpenAPIObject | undefined;
  const documentOnce = () => (document ??= createDocument(app));
  serveDocument(app.getHttpAdapter().getInstance(), documentOnce);
  SwaggerModule.setup('docs', app, documentOnce, {
    raw: ['yaml'],
    yamlDocumentUrl: 'openapi.yaml',
    patchDocumentOnRequest: (request, _reply, document) => {
      const withServer = withServerOf(request as FastifyRequest, document);
      return isDocs(request as FastifyRequest) ? forReading(withServer) : withServer;
    },
    customSiteTitle: 'Roavelo API',
    swaggerOptions: {
      persistAuthorization: false,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      filter: true,
      docExpansion: 'none',
    },
    ...(script === undefined ? {} : { customJsStr: script }),
  });
}

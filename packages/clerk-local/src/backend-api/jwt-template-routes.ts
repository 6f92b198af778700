import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { templateParameters } from '../store/jwt-template-parameters.ts';
import { putJwtTemplate } from '../store/jwt-templates.ts';
import type { JwtTemplate } from '../store/token-records.ts';
import { pageOf, pageQuery } from './query.ts';

export type JwtTemplateJson = Omit<JwtTemplate, 'signing_key'>;

const templatePath = z.object({ template_id: z.string() });

export function jwtTemplateRoutes(api: Server): void {
  api.get('/jwt_templates', { schema: { querystring: pageQuery } }, (request) => {
    const templates = instanceOf(request).store.jwtTemplates.all().reverse();
    return pageOf(templates.map(templateJson), request.query);
  });

  api.post('/jwt_templates', { schema: { body: templateParameters } }, (request) =>
    templateJson(putJwtTemplate(instanceOf(request).store, request.body)),
  );

  api.get('/jwt_templates/:template_id', { schema: { params: templatePath } }, (request) =>
    templateJson(instanceOf(request).store.jwtTemplates.get(request.params.template_id)),
  );

  api.patch(
    '/jwt_templates/:template_id',
    { schema: { params: templatePath, body: templateParameters } },
    (request) =>
      templateJson(putJwtTemplate(instanceOf(request).store, request.body, request.params.template_id)),
  );

  api.delete('/jwt_templates/:template_id', { schema: { params: templatePath } }, (request) => {
    const { jwtTemplates } = instanceOf(request).store;
    const { id } = jwtTemplates.get(request.params.template_id);
    jwtTemplates.delete(id);
    return { object: 'jwt_template', id, deleted: true };
  });
}

function templateJson({ signing_key: _, ...template }: JwtTemplate): JwtTemplateJson {
  return template;
}

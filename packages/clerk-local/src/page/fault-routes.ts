import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import type { ActiveFault } from '../store/faults.ts';

const faultPath = z.object({ fault_id: z.string() });

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a regular expression.' });
    return z.NEVER;
  }
});

const faultParameters = z.strictObject({
  api: z.enum(['backend', 'frontend', 'webhooks']).exactOptional(),
  mode: z.enum(['status', 'html', 'hang', 'refuse', 'slow', 'lose-answer']),
  method: z.string().toUpperCase().exactOptional(),
  path: pattern.exactOptional(),
  status: z.int().min(400).max(599).exactOptional(),
  retryAfter: z.int().min(0).exactOptional(),
  delayMs: z.int().min(0).max(600_000).exactOptional(),
  count: z.int().min(1).exactOptional(),
  rate: z.number().min(0).max(1).exactOptional(),
  seed: z.int().exactOptional(),
});

/** Faults of the instance, as `clerk.fail` injects them; `path` is a regular expression. */
export function faultRoutes(api: Server): void {
  api.get('/faults', (request) => ({ items: instanceOf(request).faults.all().map(faultJson) }));

  api.post('/faults', { schema: { body: faultParameters } }, (request, reply) => {
    const { faults } = instanceOf(request);
    faults.add(request.body);
    const [added] = faults.all();
    return reply.status(201).send(added && faultJson(added));
  });

  api.delete('/faults', (request, reply) => {
    instanceOf(request).faults.clear();
    return reply.status(204).send();
  });

  api.delete('/faults/:fault_id', { schema: { params: faultPath } }, (request, reply) => {
    const { fault_id: id } = request.params;
    if (!instanceOf(request).faults.remove(id)) throw notFound('fault', id);
    return reply.status(204).send();
  });
}

function faultJson({ id, fault, left }: ActiveFault): object {
  const { path, ...settings } = fault;
  return { id, ...settings, path: path?.source ?? null, left: Number.isFinite(left) ? left : null };
}

import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';
import type { StoredImage } from '../store/stored-image.ts';
import type { Server } from './zod-types.ts';

export type Upload = Omit<StoredImage, 'id'>;

/** The key of an uploaded file in a parsed body: a symbol, so that no JSON or form has one. */
const FILE = Symbol('file');

export function withFile(upload: Upload): object {
  return { [FILE]: upload };
}

/** The file that a request uploads, if any. */
export function uploadOf({ body }: FastifyRequest): Upload | undefined {
  return (body as { [FILE]?: Upload } | undefined)?.[FILE];
}

/** Reads `multipart/form-data`: the file of its field `file`. */
export function acceptUploads(api: Server): void {
  api.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const type = request.headers['content-type'] ?? '';
      const response = new Response(new Uint8Array(body), { headers: { 'content-type': type } });
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- of a body in memory, of at most 1 MiB
      const form = await response.formData().catch(() => {
        throw clerkError(400, 'request_body_invalid', 'Request body invalid');
      });
      const file = form.get('file');
      if (!(file instanceof File)) return {};
      const base64 = Buffer.from(await file.arrayBuffer()).toString('base64');
      return withFile({ name: file.name, type: file.type, base64 });
    },
  );
}

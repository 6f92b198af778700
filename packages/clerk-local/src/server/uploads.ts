import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';
import type { StoredImage } from '../store/stored-image.ts';
import type { Server } from './zod-types.ts';

export type Upload = Omit<StoredImage, 'id'>;

/** The body of `multipart/form-data` is `{ upload }`: the file of its field `file`, if it has one. */
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
      return { upload: { name: file.name, type: file.type, base64 } satisfies Upload };
    },
  );
}

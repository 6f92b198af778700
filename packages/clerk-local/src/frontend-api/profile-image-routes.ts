import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import { acceptUploads, uploadOf, withFile } from '../server/uploads.ts';
import type { Server } from '../server/zod-types.ts';
import { removeProfileImage, setProfileImage } from '../store/images.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';

const imagePath = z.object({ image_id: z.string() });

/** The signed-in user's picture, and where all pictures are served. */
export function profileImageRoutes(api: Server): void {
  acceptUploads(api);
  // clerk-js sends a data URL so.
  api.addContentTypeParser('application/octet-stream', { parseAs: 'string' }, (_request, text, done) => {
    done(null, fromDataUrl(text.toString()));
  });

  api.post('/v1/me/profile_image', (request) => {
    const { store, user } = signedIn(request);
    const { proxyUrl } = instanceOf(request);
    const { image, url } = setProfileImage(store, user.id, uploadOf(request), proxyUrl);
    return answer(request, { object: 'image', id: image.id, name: image.name, public_url: url });
  });

  api.delete('/v1/me/profile_image', (request) => {
    const { store, user } = signedIn(request);
    return answer(request, { object: 'image', id: removeProfileImage(store, user.id), deleted: true });
  });

  api.get('/images/:image_id', { schema: { params: imagePath } }, (request, reply) => {
    const { type, base64 } = instanceOf(request).store.images.get(request.params.image_id);
    return reply.type(type).send(Buffer.from(base64, 'base64'));
  });
}

function fromDataUrl(text: string): object {
  const [, type, base64] = /^data:([^;,]+);base64,([A-Za-z0-9+/=]*)$/.exec(text) ?? [];
  return type === undefined || base64 === undefined ? {} : withFile({ name: 'image', type, base64 });
}

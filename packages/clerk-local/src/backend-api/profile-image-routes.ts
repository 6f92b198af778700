import { instanceOf } from '../server/server.ts';
import { acceptUploads, uploadOf } from '../server/uploads.ts';
import type { Server } from '../server/zod-types.ts';
import { getUser } from '../store/find-users.ts';
import { removeProfileImage, setProfileImage } from '../store/images.ts';
import { userPath } from './user-routes.ts';

export function profileImageRoutes(api: Server): void {
  acceptUploads(api);

  api.post('/users/:user_id/profile_image', { schema: { params: userPath } }, (request) => {
    const { store, proxyUrl } = instanceOf(request);
    const { user_id: id } = request.params;
    setProfileImage(store, id, uploadOf(request), proxyUrl);
    return getUser(store, id);
  });

  api.delete('/users/:user_id/profile_image', { schema: { params: userPath } }, (request) => {
    const { store } = instanceOf(request);
    const { user_id: id } = request.params;
    removeProfileImage(store, id);
    return getUser(store, id);
  });
}

import { clerkError, parameterError } from './errors.ts';
import { randomLetters } from './ids.ts';
import type { StoredImage } from './stored-image.ts';
import type { Store } from './store.ts';
import { defaultImageUrl, imageIdOf } from './user-json.ts';
import { changeUser } from './users.ts';

const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * Makes an uploaded picture the user's; the one before is deleted. It is served below the instance's
 * `proxyUrl`. @throws Clerk's 404, 400 without a file, 422 for a file that is no picture
 */
export function setProfileImage(
  store: Store,
  userId: string,
  upload: Omit<StoredImage, 'id'> | undefined,
  proxyUrl: string,
): { image: StoredImage; url: string } {
  const user = store.users.get(userId);
  if (!upload || upload.base64 === '') {
    const text = 'There was no image file present in the request';
    throw clerkError(400, 'form_param_missing', 'Image file missing', text);
  }
  if (!TYPES.includes(upload.type)) {
    const text = `file must be one of ${TYPES.join(', ')}.`;
    throw parameterError('form_param_value_invalid', 'file', 'is invalid', text);
  }
  store.images.delete(imageIdOf(user.image_url));
  const image = store.images.put({ ...upload, id: randomLetters(32) });
  const url = `${proxyUrl}/images/${image.id}`;
  changeUser(store, userId, (draft) => {
    draft.image_url = url;
    draft.profile_image_url = url;
    draft.has_image = true;
  });
  return { image, url };
}

/** Back to the default picture. @returns the id of the deleted one. @throws Clerk's 404 without one */
export function removeProfileImage(store: Store, userId: string): string {
  const { has_image: hasImage, image_url: old } = store.users.get(userId);
  if (!hasImage) throw clerkError(404, 'image_not_found', 'Image not found');
  store.images.delete(imageIdOf(old));
  const url = defaultImageUrl(userId, store.instanceId);
  changeUser(store, userId, (draft) => {
    draft.image_url = url;
    draft.profile_image_url = url;
    draft.has_image = false;
  });
  return imageIdOf(old);
}

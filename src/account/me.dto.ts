import { z } from 'zod';
import { someText, userText } from '../common/text.js';
import { countryCodeInput } from '../wishlist/wishlist.dto.js';
import { USERNAME } from '../users/username.js';

export const meSchema = z
  .object({
    id: z.string(),
    clerkId: z.string().nullable(),
    email: z.string().nullable(),
    firstName: z.string(),
    lastName: z.string(),
    username: z.string(),
    profilePicture: z.string().meta({ description: 'An address, or empty.' }),
    bio: z.string(),
    homeCountry: z.string().nullable(),
    visibility: z.enum(['public', 'private']),
    role: z.enum(['user', 'admin']),
    followersCount: z.int(),
    followingCount: z.int(),
    wishlistCount: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Me', description: "The caller's own profile." });
export type Me = z.infer<typeof meSchema>;

/** What is left out stays as it is. */
export const meChangeSchema = z
  .strictObject({
    username: z.string().regex(USERNAME, '3 to 30 characters of a-z, 0-9, _ and .').optional(),
    firstName: someText(100).optional(),
    lastName: userText(100).trim().optional(),
    bio: userText(300).optional(),
    homeCountry: countryCodeInput
      .nullable()
      .optional()
      .meta({ description: 'ISO 3166-1 alpha-2, `XK`, or null; case does not matter.' }),
    visibility: z
      .enum(['public', 'private'])
      .optional()
      .meta({ description: 'A private account shows its network and wishlist to accepted followers only.' }),
  })
  .meta({ id: 'MeChange', example: { bio: 'Slow travel, fast trains.', homeCountry: 'PT' } });
export type MeChange = z.infer<typeof meChangeSchema>;

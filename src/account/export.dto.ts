import { z } from 'zod';
import { wishlistItemSchema } from '../wishlist/wishlist.dto.js';
import { meSchema } from './me.dto.js';

const edge = z.object({ userId: z.string(), since: z.iso.datetime() });

/** The lists come from `PersonalDataRegistry`; a test compares the names. */
export const exportSchema = z
  .object({
    exportedAt: z.iso.datetime(),
    profile: meSchema,
    wishlist: z.array(wishlistItemSchema.omit({ name: true })),
    following: z.array(edge),
    followers: z.array(edge),
    sentFollowRequests: z.array(edge),
    receivedFollowRequests: z.array(edge),
  })
  .meta({ id: 'Export', description: 'All data of one user. Other users appear by their id only.' });

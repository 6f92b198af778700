import { z } from 'zod';
import { exportedAuditEventSchema } from '../audit/audit.dto.js';
import { purchaseSchema } from '../purchases/purchase.dto.js';
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
    blocks: z.array(edge).meta({ description: 'Whom I block.' }),
    purchases: z.array(purchaseSchema),
    auditEvents: z.array(exportedAuditEventSchema).meta({ description: 'What admins did to the account.' }),
  })
  .meta({ id: 'Export', description: 'All data of one user. Other users appear by their id only.' });

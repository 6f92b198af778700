import { z } from 'zod';
import { exportedAuditEventSchema } from '../audit/audit.dto.js';
import { purchaseSchema } from '../purchases/purchase.dto.js';
import { wishlistItemSchema } from '../wishlist/wishlist.dto.js';
import { meSchema } from './me.dto.js';

const edges = (description: string) =>
  z.array(z.object({ userId: z.string(), since: z.iso.datetime() })).meta({ description });
const EXAMPLE_EDGE = { userId: '6741f0c2a4b5c6d7e8f90a2c', since: '2026-11-23T09:41:00.000Z' };

/** The lists come from `PersonalDataRegistry`; a test compares the names. */
export const exportSchema = z
  .object({
    exportedAt: z.iso.datetime().meta({ description: 'When the export began.' }),
    profile: meSchema,
    account: z
      .object({
        activeOn: z.iso.datetime().nullable().meta({ description: 'The day of the last request.' }),
        banned: z.boolean().meta({ description: 'Banned in Clerk.' }),
        suspendedAt: z.iso
          .datetime()
          .nullable()
          .meta({ description: 'When an admin suspended the user. Null: not suspended.' }),
        revokedSessions: z
          .array(z.object({ sid: z.string(), until: z.iso.datetime() }))
          .meta({ description: 'Ended sessions whose tokens have not expired.' }),
        tokensFrom: z.iso.datetime().nullable().meta({
          description: 'Tokens issued until then are refused, because too many sessions had ended.',
        }),
      })
      .meta({ description: 'What else is stored about the user.' }),
    wishlist: z
      .array(wishlistItemSchema.omit({ name: true }))
      .meta({ description: 'All countries on the wishlist.' }),
    following: edges('Users you follow.'),
    followers: edges('Users who follow you.'),
    sentFollowRequests: edges('Users you have asked to follow.'),
    receivedFollowRequests: edges('Users who have asked to follow you.'),
    blocks: edges('Users you block.'),
    purchases: z.array(purchaseSchema).meta({ description: 'All purchases, in any state.' }),
    auditEvents: z
      .array(exportedAuditEventSchema)
      .meta({ description: 'Actions of admins about the account.' }),
  })
  .meta({
    id: 'Export',
    description: 'All data of one user. Other users appear by their id only.',
    example: {
      exportedAt: '2026-11-25T12:00:00.000Z',
      profile: meSchema.meta()?.['example'],
      account: {
        activeOn: '2026-11-25T00:00:00.000Z',
        banned: false,
        suspendedAt: null,
        revokedSessions: [],
        tokensFrom: null,
      },
      wishlist: [
        {
          countryCode: 'JP',
          note: 'Cherry blossom',
          priority: 1,
          visited: false,
          addedAt: '2026-11-23T09:30:00.000Z',
        },
      ],
      following: [EXAMPLE_EDGE],
      followers: [EXAMPLE_EDGE],
      sentFollowRequests: [],
      receivedFollowRequests: [],
      blocks: [],
      purchases: [purchaseSchema.meta()?.['example']],
      auditEvents: [],
    },
  });

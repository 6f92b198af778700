import { z } from 'zod';
import { reasonText } from '../audit/audit.dto.js';
import { IdParam } from '../common/http/id-param.decorator.js';
import { pageQuerySchema, pageSchema } from '../common/http/page.js';
import { userText } from '../common/http/text.js';
import { purchaseSchema } from '../purchases/purchase.dto.js';
import { DELETION_REASONS } from '../deleted-users/deleted-user.schema.js';

export const MAX_NOTES_LENGTH = 5000;
const MAX_CLERK_ID_LENGTH = 128;
const MAX_EMAIL_LENGTH = 320;

export const SHOWN_PURCHASES = 20;

export const ARCHIVE_STATES = ['deleting', 'archived', 'purged', 'tombstone'] as const;
export type ArchiveState = (typeof ARCHIVE_STATES)[number];

const archiveIdParam = z.string().meta({
  description: 'The `id` of a deleted user, as `GET /admin/deleted-users` gives it.',
  example: '6741f0c2a4b5c6d7e8f90a1b',
});

export const ArchiveId = () => IdParam('id', archiveIdParam, 'not_found');

export const deletedUserSchema = z
  .object({
    id: z.string().meta({ description: "Also the `id` in the deletion's receipt." }),
    clerkId: z.string().nullable().meta({ description: 'Null once the archive is purged.' }),
    deletedAt: z.iso.datetime().meta({ description: 'When the account was closed.' }),
    reason: z.enum(DELETION_REASONS).meta({
      description: '`user_requested`: by the user, here or in Clerk. The others: by an admin.',
    }),
    state: z.enum(ARCHIVE_STATES).meta({
      description:
        '`deleting`: the deletion is not completed. `archived`: kept for refunds and law. `purged`: nothing personal is left. `tombstone`: there never was an archive, because the account had no user here.',
    }),
    userData: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({
        description: 'The user as it was. Null: purged, or a tombstone.',
        example: { email: 'marvin@example.com', username: 'marvin', firstName: 'Marvin', lastName: '' },
      }),
    purchases: z
      .array(purchaseSchema)
      .max(SHOWN_PURCHASES)
      .meta({
        description: `The newest ${SHOWN_PURCHASES}; all of them by \`GET /admin/deleted-users/{id}/purchases\`.`,
      }),
    purchasesCount: z.int().meta({ description: 'Number of all purchases.' }),
    notes: z
      .string()
      .nullable()
      .meta({ description: 'Written by admins, shown to admins only. Purged with the archive.' }),
    legalHold: z.boolean().meta({ description: 'While true, the archive is not purged.' }),
    purgeAt: z.iso.datetime().nullable().meta({
      description:
        'When its retention ends: `DELETED_USER_RETENTION_DAYS` after the deletion, by the setting at that time. A shorter setting makes it earlier, a longer one changes nothing. After it the archive is purged automatically or by an admin (`DELETED_USER_PURGE`), unless it is under a legal hold. Null: nothing to purge.',
    }),
    purgedAt: z.iso.datetime().nullable().meta({ description: 'Null while the archive is kept.' }),
  })
  .meta({
    id: 'DeletedUser',
    description: 'What is kept of a deleted account.',
    example: {
      id: '6741f0c2a4b5c6d7e8f90a1b',
      clerkId: 'user_2demoAmaliaRodrigues000001',
      deletedAt: '2026-11-25T12:00:00.000Z',
      reason: 'user_requested',
      state: 'archived',
      userData: {
        email: 'amalia@example.com',
        username: 'amalia_1f0c2a4b',
        firstName: 'Amália',
        lastName: 'Reis',
      },
      purchases: [purchaseSchema.meta()?.['example']],
      purchasesCount: 1,
      notes: null,
      legalHold: false,
      purgeAt: '2029-11-24T12:00:00.000Z',
      purgedAt: null,
    },
  });
export type DeletedUserView = z.infer<typeof deletedUserSchema>;

export const deletedUserPageSchema = pageSchema('DeletedUserPage', deletedUserSchema);

export const deletedUserQuerySchema = pageQuerySchema.extend({
  clerkId: userText(MAX_CLERK_ID_LENGTH).min(1).optional().meta({
    description:
      'Only the deleted account of this Clerk id. Compared by its hash, so it also finds purged ones.',
  }),
  email: userText(MAX_EMAIL_LENGTH).min(1).optional().meta({
    description:
      'Only deleted accounts with this e-mail address; case does not matter. Does not find purged ones.',
  }),
});
export type DeletedUserQuery = z.infer<typeof deletedUserQuerySchema>;

export const archiveChangeSchema = z
  .strictObject({
    notes: userText(MAX_NOTES_LENGTH).nullable().optional().meta({ description: 'Null removes them.' }),
    legalHold: z.boolean().optional().meta({ description: 'While true, the archive is not purged.' }),
  })
  .meta({
    id: 'ArchiveChange',
    description: 'Omitted fields stay unchanged.',
    example: { notes: 'Refund of 2026-11 is disputed.', legalHold: true },
  });
export type ArchiveChangeBody = z.infer<typeof archiveChangeSchema>;

export const purgeSchema = z.strictObject({ reason: reasonText.optional() }).meta({
  id: 'Purge',
  description: 'Why the archive is purged. Optional.',
  example: { reason: 'Ticket 4711: erasure request' },
});
export type PurgeBody = z.infer<typeof purgeSchema>;

import { z } from 'zod';
import { withDefaults } from '../common/mongodb/defaults.js';
import { pageQuerySchema, pageSchema } from '../common/http/page.js';
import { someText } from '../common/http/text.js';
import { AUDIT_ACTIONS, AUDIT_DEFAULTS, type AuditEvent, TARGET_TYPES } from './audit-event.schema.js';

const MAX_REASON_LENGTH = 500;
const MAX_ID_LENGTH = 256;

export const reasonText = someText(MAX_REASON_LENGTH).meta({
  description: 'Kept in the audit log, which outlives the account: it must not name a person.',
});

export const reasonSchema = z.strictObject({ reason: reasonText }).meta({
  id: 'Reason',
  description: 'Why an admin does this.',
  example: { reason: 'Ticket 4711: harassment' },
});
export type Reason = z.infer<typeof reasonSchema>;

const action = z.enum(AUDIT_ACTIONS).meta({ description: 'What was done.' });

export const auditEventSchema = z
  .object({
    id: z.string().meta({ description: 'The id of the row.' }),
    at: z.iso.datetime().meta({ description: 'When it was committed, together with its effect.' }),
    actorId: z.string().nullable().meta({
      description:
        "The id of the admin's user; after the deletion of that account, of its archive. Null: the service itself.",
    }),
    action,
    target: z
      .object({ type: z.enum(TARGET_TYPES), id: z.string() })
      .nullable()
      .meta({
        description:
          'What the action was about. After the deletion of a user, the archive. Null: a search that found nothing.',
      }),
    reason: z.string().nullable().meta({ description: 'As the admin gave it. Null without one.' }),
    details: z
      .record(z.string(), z.string())
      .meta({ description: 'More about the action, by its kind. Nothing personal.' }),
    requestId: z.string().nullable().meta({ description: 'The `X-Request-Id` of the request.' }),
  })
  .meta({
    id: 'AuditEvent',
    description:
      'An action of an admin. Never removed; after the deletion of a user it refers to the archive instead.',
    example: {
      id: '6741f0c2a4b5c6d7e8f90b00',
      at: '2026-11-23T09:30:00.000Z',
      actorId: '6741f0c2a4b5c6d7e8f90a1b',
      action: 'user.suspended',
      target: { type: 'user', id: '6741f0c2a4b5c6d7e8f90a2c' },
      reason: 'Ticket 4711: harassment',
      details: {},
      requestId: '0192f3c1-7a5e-7c64-9d1b-2f6f0f6f9a3e',
    },
  });
export type AuditEventView = z.infer<typeof auditEventSchema>;

export const auditEventPageSchema = pageSchema('AuditEventPage', auditEventSchema);

export const auditQuerySchema = pageQuerySchema.extend({
  actorId: z
    .string()
    .regex(/^[0-9a-f]{24}$/, '24 digits of 0-9 and a-f')
    .optional()
    .meta({ description: 'Only actions of this user, or of the deleted user of this archive.' }),
  targetId: z.string().max(MAX_ID_LENGTH).optional().meta({
    description: 'Only actions about this user, archive, purchase or webhook event.',
  }),
  action: action.optional().meta({ description: 'Only actions of this kind.' }),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** An action in the export of the user it is about. Does not say who did it. */
export const exportedAuditEventSchema = z.object({
  at: z.iso.datetime(),
  action,
  reason: z.string().nullable(),
});
export type ExportedAuditEvent = z.infer<typeof exportedAuditEventSchema>;

export function toView(stored: AuditEvent): AuditEventView {
  const { _id, at, actorId, action, target, reason, details, requestId } = withDefaults(
    AUDIT_DEFAULTS,
    stored,
  );
  return {
    id: String(_id),
    at: at.toISOString(),
    actorId: actorId === null ? null : String(actorId),
    action,
    target,
    reason: reason ?? null,
    details: details ?? {},
    requestId,
  };
}

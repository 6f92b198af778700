import { z } from 'zod';
import { DELETION_STATES, type Deletion, stateOf } from './deletion.schema.js';
import { receiptToken } from './deletions.service.js';
import type { Config } from '../config/config.js';
import { kept } from './retention.js';

const id = z.string().meta({ example: '6741f0c2a4b5c6d7e8f90a1b' });
const state = z.enum(DELETION_STATES).meta({
  description:
    'How far the deletion is. `archived`: the account is closed, and nobody gets in or finds it any more. `completed`: nothing refers to it.',
});

/** The answer to a deletion, and to asking for it again. */
export const deletionAcceptedSchema = z
  .object({
    id,
    state,
    receiptUrl: z.string().meta({
      description: 'Where the receipt is, relative to the server. Unguessable; needs no token.',
      example:
        '/api/v2/deletion-receipts/6741f0c2a4b5c6d7e8f90a1bJ0qvS9dWm3cJm3Qh0H0rkV2l2Jw8jQz3m2xO5rT7y1U',
    }),
  })
  .meta({ id: 'DeletionAccepted' });
export type DeletionAccepted = z.infer<typeof deletionAcceptedSchema>;

export const receiptSchema = z
  .object({
    id,
    state,
    requestedAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    erased: z.record(z.string(), z.int()).meta({
      description:
        'How many documents were erased, moved to the archive or made anonymous so far, by collection.',
      example: { users: 1, wishlists: 1, purchases: 2, follows: 31 },
    }),
    kept: z.array(
      z.object({
        what: z.enum(['archive', 'tombstone']),
        why: z.string(),
        until: z.iso.datetime().nullable(),
      }),
    ),
    statement: z.string().nullable().meta({
      description:
        'From `completed` on: the signed statement, a JWT (ES256). Verify it with the keys at `/.well-known/jwks.json`; `sub` is the SHA-256 of the Clerk user id, `jti` the `id` here.',
    }),
  })
  .meta({ id: 'DeletionReceipt' });
export type Receipt = z.infer<typeof receiptSchema>;

export function toAccepted(deletion: Deletion): DeletionAccepted {
  const receiptUrl = `/api/v2/deletion-receipts/${receiptToken(deletion)}`;
  return { id: String(deletion._id), state: stateOf(deletion), receiptUrl };
}

export function toReceipt(deletion: Deletion, config: Config): Receipt {
  const { _id, requestedAt, completedAt, erased, statement } = deletion;
  return {
    id: String(_id),
    state: stateOf(deletion),
    requestedAt: requestedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    erased,
    kept: kept(deletion, config),
    statement: statement ?? null,
  };
}

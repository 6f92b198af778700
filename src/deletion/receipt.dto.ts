import { z } from 'zod';
import { DELETION_STATES, type Deletion, stateOf } from './deletion.schema.js';
import { receiptToken } from './deletions.service.js';
import type { Config } from '../config/config.js';
import { retainedItems } from './retention.js';

const EXAMPLE_ID = '6741f0c2a4b5c6d7e8f90a1b';
const EXAMPLE_URL = `/api/v2/deletion-receipts/${EXAMPLE_ID}J0qvS9dWm3cJm3Qh0H0rkV2l2Jw8jQz3m2xO5rT7y1U`;

const id = z.string().meta({ description: 'The id of the deletion, not of the user.', example: EXAMPLE_ID });
const state = z.enum(DELETION_STATES).meta({
  description:
    'How far the deletion is. `archived`: the account is closed; no one can sign in to it or find it. `completed`: nothing refers to it.',
});

export const deletionAcceptedSchema = z
  .object({
    id,
    state,
    receiptUrl: z.string().meta({
      description: 'Address of the receipt, relative to the server. Unguessable; needs no token.',
    }),
  })
  .meta({
    id: 'DeletionAccepted',
    description: 'The account is closed; the remaining steps run in the background.',
    example: { id: EXAMPLE_ID, state: 'archived', receiptUrl: EXAMPLE_URL },
  });
export type DeletionAccepted = z.infer<typeof deletionAcceptedSchema>;

export const receiptSchema = z
  .object({
    id,
    state,
    requestedAt: z.iso.datetime().meta({ description: 'When the account was closed.' }),
    completedAt: z.iso.datetime().nullable().meta({ description: 'Null until the deletion is completed.' }),
    erased: z.record(z.string(), z.int()).meta({
      description:
        'Documents that were erased, moved to the archive or made anonymous so far, by collection.',
      example: { users: 1, wishlists: 1, purchases: 2, follows: 31 },
    }),
    kept: z
      .array(
        z.object({
          what: z.enum(['archive', 'tombstone']),
          why: z.string(),
          until: z.iso.datetime().nullable().meta({
            description:
              'When its retention ends; it is then erased unless it is under a legal hold. Fixed at the deletion: it may become earlier, but never later than the date in the statement. Null: for good.',
          }),
        }),
      )
      .meta({ description: 'What is kept after the deletion, and why.' }),
    statement: z.string().nullable().meta({
      description:
        'From `completed` on: the signed statement, a JWT (ES256), with the date that was fixed at the deletion. Verify it with the keys at `/.well-known/jwks.json`; `sub` is the SHA-256 of the Clerk user id, `jti` the `id` here.',
    }),
  })
  .meta({
    id: 'DeletionReceipt',
    description: 'The progress of a deletion; when it is completed, with a signed statement.',
    example: {
      id: EXAMPLE_ID,
      state: 'graph_erased',
      requestedAt: '2026-11-25T12:00:00.000Z',
      completedAt: null,
      erased: { users: 1, wishlists: 1, purchases: 2, follows: 31 },
      kept: [
        {
          what: 'archive',
          why: 'Profile and purchases, seen by administrators only: for refunds, bookkeeping and legal claims. Erased after that date, unless the law or a dispute demands more.',
          until: '2029-11-24T12:00:00.000Z',
        },
      ],
      statement: null,
    },
  });
export type Receipt = z.infer<typeof receiptSchema>;

export function toAccepted(deletion: Deletion): DeletionAccepted {
  const receiptUrl = `/api/v2/deletion-receipts/${receiptToken(deletion)}`;
  return { id: String(deletion._id), state: stateOf(deletion), receiptUrl };
}

/** @param until when the archive may be purged */
export function toReceipt(deletion: Deletion, until: Date, config: Config): Receipt {
  const { _id, requestedAt, completedAt, erased, statement } = deletion;
  return {
    id: String(_id),
    state: stateOf(deletion),
    requestedAt: requestedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    erased,
    kept: retainedItems(deletion, until, config),
    statement: statement ?? null,
  };
}

import { z } from 'zod';
import { userText } from '../common/http/text.js';
import { pageQuerySchema, pageSchema } from '../common/http/page.js';
import { PROBLEMS } from '../common/problem.js';
import { COUNTRY_CODES } from './countries.js';
import { MAX_NOTE_LENGTH, MAX_PRIORITY, MIN_PRIORITY } from './wishlist.schema.js';

const countryCode = z.string().meta({
  description: 'ISO 3166-1 alpha-2, or `XK`.',
  example: 'JP',
});
const note = userText(MAX_NOTE_LENGTH);
const priority = z.int().min(MIN_PRIORITY).max(MAX_PRIORITY).nullable();

/** The pattern is for the document only: a code of any other shape is an unknown country, too. */
export const countryCodeInput = z.string().meta({ pattern: '^[A-Za-z]{2}$' });

export const countryCodeParam = countryCodeInput.meta({
  description: 'ISO 3166-1 alpha-2 code, or `XK`; case does not matter.',
  example: 'JP',
});

const PRIORITY = '1 is the most wanted; null: no priority.';

export const wishlistItemSchema = z
  .object({
    countryCode,
    name: z.string().meta({ description: 'In the language of `Accept-Language`.', example: 'Japan' }),
    note: note.meta({ description: 'Visible to everyone who may see the list. Empty without one.' }),
    priority: priority.meta({ description: PRIORITY }),
    visited: z
      .boolean()
      .meta({ description: 'The user has been there; the country does not count as wanted.' }),
    addedAt: z.iso.datetime().meta({ description: 'When it was added.' }),
  })
  .meta({
    id: 'WishlistItem',
    description: 'A country on a wishlist.',
    example: {
      countryCode: 'JP',
      name: 'Japan',
      note: 'Cherry blossom',
      priority: 1,
      visited: false,
      addedAt: '2026-11-23T09:30:00.000Z',
    },
  });
export type WishlistItem = z.infer<typeof wishlistItemSchema>;

export const wishlistPageSchema = pageSchema('WishlistPage', wishlistItemSchema);

export const WISHLIST_SORTS = ['addedAt', 'priority', 'name'] as const;
export type WishlistSort = (typeof WISHLIST_SORTS)[number];

export const wishlistQuerySchema = pageQuerySchema.extend({
  visited: z
    .preprocess((text) => (text === 'true' ? true : text === 'false' ? false : text), z.boolean())
    .optional()
    .meta({ description: 'Only countries that are visited, or only those that are not.' }),
  sort: z.enum(WISHLIST_SORTS).default('addedAt').meta({
    description:
      '`addedAt`: newest first. `priority`: 1 first, without priority last. `name`: alphabetical in the language of `Accept-Language`. Ties are in the order of `countryCode`.',
  }),
});
export type WishlistQuery = z.infer<typeof wishlistQuerySchema>;

export const wishlistChangeSchema = z
  .strictObject({
    note: note.optional().meta({ description: 'May be empty.' }),
    priority: priority.optional().meta({ description: PRIORITY }),
    visited: z.boolean().optional().meta({ description: 'The user has been there.' }),
  })
  .meta({
    id: 'WishlistChange',
    description:
      'Omitted fields stay unchanged. Defaults of a new item: empty note, no priority, not visited.',
    example: { note: 'Cherry blossom', priority: 1, visited: false },
  });
export type WishlistChange = z.infer<typeof wishlistChangeSchema>;

/** As many as there are countries. */
const MAX_BATCH = COUNTRY_CODES.length;

export const wishlistBatchItemSchema = z.strictObject({
  countryCode: countryCodeParam,
  ...wishlistChangeSchema.shape,
  addedAt: z.iso.datetime({ offset: true }).optional().meta({
    description:
      'When it was added; now by default, and for a time in the future. At the earliest 1970. A country that is on the list keeps its own.',
  }),
  name: z.string().optional().meta({ description: 'Ignored, so that a `WishlistItem` is accepted.' }),
});

/**
 * The document's item. Here it may be anything: items are read one by one by `wishlistBatchItemSchema`, so
 * that a bad one fails alone.
 */
const { $schema: _, ...documentedBatchItem } = z.toJSONSchema(wishlistBatchItemSchema, { io: 'input' });
const anyBatchItem = z.unknown().meta({
  ...documentedBatchItem,
  id: 'WishlistBatchItem',
  description:
    'A country to add, or to change. Omitted fields stay unchanged. Defaults of a new item: empty note, no priority, not visited.',
  example: { countryCode: 'JP', note: 'Cherry blossom', addedAt: '2026-11-23T09:30:00.000Z' },
});

export const wishlistBatchSchema = z
  .strictObject({
    items: z.array(anyBatchItem).max(MAX_BATCH).meta({
      description: 'Applied in this order: of two items with one country, the later one wins in its fields.',
    }),
    atomic: z.boolean().optional().meta({
      description:
        'False by default. True: with a bad item, nothing is written and the answer is 422 `batch_failed`.',
    }),
  })
  .meta({
    id: 'WishlistBatch',
    description: 'Countries for a wishlist, for example all of an export.',
    example: {
      items: [
        { countryCode: 'JP', note: 'Cherry blossom', addedAt: '2026-11-23T09:30:00.000Z' },
        { countryCode: 'PE', priority: 2 },
      ],
    },
  });
export type WishlistBatch = z.infer<typeof wishlistBatchSchema>;

const batchItemResultSchema = z
  .object({
    countryCode: z.string().meta({
      description: 'Of a failed item as it was sent; empty when it was not text.',
      example: 'JP',
    }),
    status: z.enum(['added', 'changed', 'unchanged', 'failed']).meta({
      description: '`unchanged`: it was on the list, with these fields. `failed`: see `problem`.',
    }),
    item: wishlistItemSchema.optional(),
    problem: z
      .object({
        code: z
          .enum(['unknown_country', 'validation_failed'])
          .meta({ description: 'Clients branch on this.' }),
        detail: z.string().meta({ description: 'For people; may change.' }),
      })
      .optional()
      .meta({ description: 'Why the item failed. Only if it did.' }),
  })
  .meta({
    id: 'WishlistBatchItemResult',
    description: 'What became of an item of a batch: `item` as it is after it, or the `problem`.',
    example: { countryCode: 'JP', status: 'added', item: wishlistItemSchema.meta()?.['example'] },
  });

export const wishlistBatchResultSchema = z
  .object({
    items: z.array(batchItemResultSchema).meta({ description: 'For each item of the batch, in its order.' }),
  })
  .meta({
    id: 'WishlistBatchResult',
    description: 'What a batch did.',
    example: {
      items: [
        batchItemResultSchema.meta()?.['example'],
        {
          countryCode: 'ZZ',
          status: 'failed',
          problem: { code: 'unknown_country', detail: PROBLEMS.unknown_country.explanation },
        },
      ],
    },
  });
export type WishlistBatchResult = z.infer<typeof wishlistBatchResultSchema>;

export const countrySchema = z
  .object({
    code: countryCode,
    name: z.string().meta({ description: 'In the language of `Accept-Language`.', example: 'Japan' }),
    wantedBy: z.int().nullable().meta({
      description:
        'How many users have it on their wishlist, not visited. Counted every few seconds; null for fewer than 5 and before the first count.',
      example: 42,
    }),
  })
  .meta({
    id: 'Country',
    description: 'A country that wishlists can hold.',
    example: { code: 'JP', name: 'Japan', wantedBy: 42 },
  });
export type Country = z.infer<typeof countrySchema>;
export const countryListSchema = z
  .object({
    items: z
      .array(countrySchema)
      .meta({ description: 'All countries, in alphabetical order of the language.' }),
    nextCursor: z.string().nullable().meta({ description: 'Always null: the list is complete.' }),
  })
  .meta({
    id: 'CountryList',
    description: 'All countries.',
    example: { items: [{ code: 'JP', name: 'Japan', wantedBy: 42 }], nextCursor: null },
  });

import { z } from 'zod';
import { userText } from '../common/http/text.js';
import { pageSchema } from '../common/http/page.js';
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

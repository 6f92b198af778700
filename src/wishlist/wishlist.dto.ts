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

/** The pattern is for the document: what has another shape is an unknown country, like what has it and is none. */
export const countryCodeInput = z.string().meta({ pattern: '^[A-Za-z]{2}$' });

export const countryCodeParam = countryCodeInput.meta({
  description: 'ISO 3166-1 alpha-2 code, or `XK`; case does not matter.',
  example: 'JP',
});

const PRIORITY = '1 is the most wanted; null is none.';

export const wishlistItemSchema = z
  .object({
    countryCode,
    name: z.string().meta({ description: 'By `Accept-Language`.', example: 'Japan' }),
    note: note.meta({ description: 'For the owner and whoever may see the list, or empty.' }),
    priority: priority.meta({ description: PRIORITY }),
    visited: z.boolean().meta({ description: 'Has been there: no longer counts as wanted.' }),
    addedAt: z.iso.datetime().meta({ description: 'When it was put on the list first.' }),
  })
  .meta({
    id: 'WishlistItem',
    description: 'A country that somebody wants to see, or has seen.',
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

/** What is left out stays as it is; on a new item it is empty, none, not visited. */
export const wishlistChangeSchema = z
  .strictObject({
    note: note.optional().meta({ description: 'May be empty.' }),
    priority: priority.optional().meta({ description: PRIORITY }),
    visited: z.boolean().optional().meta({ description: 'Has been there.' }),
  })
  .meta({
    id: 'WishlistChange',
    description: 'What is left out stays as it is; on a new item it is empty, none, not visited.',
    example: { note: 'Cherry blossom', priority: 1, visited: false },
  });
export type WishlistChange = z.infer<typeof wishlistChangeSchema>;

export const countrySchema = z
  .object({
    code: countryCode,
    name: z.string().meta({ description: 'By `Accept-Language`.', example: 'Japan' }),
    wantedBy: z.int().nullable().meta({
      description:
        'How many people want to go: on their wishlist, not visited. Counted anew every few seconds; null for fewer than 5, or while it is not known.',
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
      .meta({ description: 'All of them, in the alphabetical order of the language.' }),
    nextCursor: z.string().nullable().meta({ description: 'Always null: the list is whole.' }),
  })
  .meta({
    id: 'CountryList',
    description: 'All countries.',
    example: { items: [{ code: 'JP', name: 'Japan', wantedBy: 42 }], nextCursor: null },
  });

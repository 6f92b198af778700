import { z } from 'zod';
import { userText } from '../common/text.js';
import { pageSchema } from '../common/page.js';

const countryCode = z.string().meta({
  description: 'ISO 3166-1 alpha-2, or `XK`.',
  example: 'JP',
});
const note = userText(500);
const priority = z.int().min(1).max(5).nullable();

/** The pattern is for the document: what has another shape is an unknown country, like what has it and is none. */
export const countryCodeInput = z.string().meta({ pattern: '^[A-Za-z]{2}$' });

export const countryCodeParam = countryCodeInput.meta({
  description: 'ISO 3166-1 alpha-2 code, or `XK`; case does not matter.',
  example: 'JP',
});

export const wishlistItemSchema = z
  .object({
    countryCode,
    name: z.string().meta({ description: 'By `Accept-Language`.', example: 'Japan' }),
    note,
    priority: priority.meta({ description: '1 is the most wanted; null is none.' }),
    visited: z.boolean(),
    addedAt: z.iso.datetime(),
  })
  .meta({
    id: 'WishlistItem',
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
  .strictObject({ note: note.optional(), priority: priority.optional(), visited: z.boolean().optional() })
  .meta({ id: 'WishlistChange', example: { note: 'Cherry blossom', priority: 1, visited: false } });
export type WishlistChange = z.infer<typeof wishlistChangeSchema>;

export const countrySchema = z
  .object({
    code: countryCode,
    name: z.string().meta({ example: 'Japan' }),
    wantedBy: z.int().nullable().meta({
      description:
        'How many people want to go: on their wishlist, not visited. From 5 up, and not to the second; null for fewer, or while it is not known.',
      example: 42,
    }),
  })
  .meta({ id: 'Country' });
export type Country = z.infer<typeof countrySchema>;
export const countryListSchema = z
  .object({ items: z.array(countrySchema), nextCursor: z.null() })
  .meta({ id: 'CountryList' });

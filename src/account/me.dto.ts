import { z } from 'zod';
import { someText, visibleText } from '../common/http/text.js';
import { countryCodeInput } from '../wishlist/wishlist.dto.js';
import { MAX_BIO_LENGTH } from '../users/user.schema.js';
import {
  MAX_USERNAME_LENGTH,
  MIN_USERNAME_LENGTH,
  USERNAME,
  USERNAME_CHARACTERS,
  USERNAME_RULE,
} from '../users/username.js';

const MAX_NAME_LENGTH = 100;
const VISIBILITY = 'A private account shows its network and wishlist to accepted followers only.';

export const meSchema = z
  .object({
    id: z.string().meta({ description: 'The id of the user in all paths of this API.' }),
    clerkId: z.string().nullable().meta({ description: "The token's `sub`. Null for users without Clerk." }),
    email: z.string().nullable().meta({
      description: "Clerk's primary e-mail address. Null without one, for example after signing up by phone.",
    }),
    firstName: z.string().meta({ description: 'As in Clerk; `Unknown` when Clerk has none.' }),
    lastName: z.string().meta({ description: 'As in Clerk, or empty.' }),
    username: z.string().meta({
      description: "Unique. At first Clerk's, if it is allowed and free, or generated; `PATCH` changes it.",
    }),
    profilePicture: z.string().meta({ description: 'A URL, or empty.' }),
    bio: z.string().meta({ description: 'A text by the user, or empty.' }),
    homeCountry: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2, or `XK`.' }),
    visibility: z.enum(['public', 'private']).meta({ description: VISIBILITY }),
    role: z
      .enum(['user', 'admin'])
      .meta({ description: "From Clerk's public metadata; no request changes it." }),
    followersCount: z.int().meta({ description: 'Without pending follow requests.' }),
    followingCount: z.int().meta({ description: 'Without pending follow requests.' }),
    followRequestsCount: z.int().meta({
      description:
        'Pending requests to follow the caller. Includes those by suspended users, which `GET /users/me/follow-requests` omits.',
    }),
    wishlistCount: z.int().meta({ description: 'Countries on the wishlist, including visited ones.' }),
    createdAt: z.iso
      .datetime()
      .meta({ description: 'When the user was created here, not the account in Clerk.' }),
    updatedAt: z.iso.datetime().meta({ description: 'When the profile was last changed.' }),
  })
  .meta({
    id: 'Me',
    description: "The caller's own profile.",
    example: {
      id: '6741f0c2a4b5c6d7e8f90a1b',
      clerkId: 'user_2demoAmaliaRodrigues000001',
      email: 'amalia@example.com',
      firstName: 'Amália',
      lastName: 'Reis',
      username: 'amalia_1f0c2a4b',
      profilePicture: '',
      bio: 'Slow travel, fast trains.',
      homeCountry: 'PT',
      visibility: 'public',
      role: 'user',
      followersCount: 31,
      followingCount: 12,
      followRequestsCount: 0,
      wishlistCount: 4,
      createdAt: '2026-11-23T09:30:00.000Z',
      updatedAt: '2026-11-24T18:05:11.000Z',
    },
  });
export type Me = z.infer<typeof meSchema>;

export const meChangeSchema = z
  .strictObject({
    username: z
      .string()
      .min(MIN_USERNAME_LENGTH)
      .max(MAX_USERNAME_LENGTH)
      .regex(USERNAME_CHARACTERS, USERNAME_RULE)
      // `UsernamesService` requires the letter or digit, because it knows the current name of the caller.
      .meta({ pattern: USERNAME.source })
      .optional()
      .meta({
        description:
          '409 `username_taken` for a name that is taken, reserved, or was given up by another user a short time ago. The old name is held for the caller.',
      }),
    firstName: someText(MAX_NAME_LENGTH)
      .optional()
      .meta({ description: 'Changed in Clerk first. Must have a visible character.' }),
    lastName: visibleText(MAX_NAME_LENGTH).trim().optional().meta({
      description: 'Changed in Clerk first. May be empty; stored as empty without a visible character.',
    }),
    bio: visibleText(MAX_BIO_LENGTH)
      .optional()
      .meta({ description: 'May be empty; stored as empty without a visible character.' }),
    homeCountry: countryCodeInput
      .nullable()
      .optional()
      .meta({ description: 'ISO 3166-1 alpha-2, `XK`, or null; case does not matter.' }),
    visibility: z
      .enum(['public', 'private'])
      .optional()
      .meta({ description: `${VISIBILITY} Going public accepts all pending follow requests.` }),
  })
  .meta({
    id: 'MeChange',
    description: 'Omitted fields stay unchanged.',
    example: { bio: 'Slow travel, fast trains.', homeCountry: 'PT' },
  });
export type MeChange = z.infer<typeof meChangeSchema>;

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
    id: z.string().meta({ description: 'What every other address of this API calls the user.' }),
    clerkId: z.string().nullable().meta({ description: "The token's `sub`. Null for users without Clerk." }),
    email: z.string().nullable().meta({
      description:
        "Clerk's primary e-mail address. Null: signed up by phone, or by a provider that tells none.",
    }),
    firstName: z.string().meta({ description: 'As in Clerk; `Unknown` when Clerk has none.' }),
    lastName: z.string().meta({ description: 'As in Clerk, or empty.' }),
    username: z.string().meta({
      description: "Unique. At first Clerk's own, if it may be had here, or generated; changed by `PATCH`.",
    }),
    profilePicture: z.string().meta({ description: 'An address, or empty.' }),
    bio: z.string().meta({ description: 'What the user says about themselves, or empty.' }),
    homeCountry: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2, or `XK`.' }),
    visibility: z.enum(['public', 'private']).meta({ description: VISIBILITY }),
    role: z
      .enum(['user', 'admin'])
      .meta({ description: "From Clerk's public metadata; no request changes it." }),
    followersCount: z.int().meta({ description: 'Without those who only asked.' }),
    followingCount: z.int().meta({ description: 'Without those who were only asked.' }),
    wishlistCount: z.int().meta({ description: 'Countries on the wishlist, visited ones too.' }),
    createdAt: z.iso.datetime().meta({ description: 'Of the user here, not of the account in Clerk.' }),
    updatedAt: z.iso.datetime().meta({ description: 'When the profile was changed last.' }),
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
      wishlistCount: 4,
      createdAt: '2026-11-23T09:30:00.000Z',
      updatedAt: '2026-11-24T18:05:11.000Z',
    },
  });
export type Me = z.infer<typeof meSchema>;

/** What is left out stays as it is. */
export const meChangeSchema = z
  .strictObject({
    username: z
      .string()
      .min(MIN_USERNAME_LENGTH)
      .max(MAX_USERNAME_LENGTH)
      .regex(USERNAME_CHARACTERS, USERNAME_RULE)
      // `UsernamesService` asks for the letter or digit: it knows the name that the caller has already.
      .meta({ pattern: USERNAME.source })
      .optional()
      .meta({
        description:
          'Must be free, else 409 `username_taken`: neither taken, nor reserved, nor given up by another user a short time ago. The one of before is held back for the caller.',
      }),
    firstName: someText(MAX_NAME_LENGTH)
      .optional()
      .meta({ description: 'Changed in Clerk first. Something of it must be visible.' }),
    lastName: visibleText(MAX_NAME_LENGTH)
      .trim()
      .optional()
      .meta({ description: 'Changed in Clerk first; may be empty. Empty when nothing of it is visible.' }),
    bio: visibleText(MAX_BIO_LENGTH)
      .optional()
      .meta({ description: 'May be empty. Empty when nothing of it is visible.' }),
    homeCountry: countryCodeInput
      .nullable()
      .optional()
      .meta({ description: 'ISO 3166-1 alpha-2, `XK`, or null; case does not matter.' }),
    visibility: z
      .enum(['public', 'private'])
      .optional()
      .meta({ description: `${VISIBILITY} Going public accepts all who have asked.` }),
  })
  .meta({
    id: 'MeChange',
    description: 'What is left out stays as it is.',
    example: { bio: 'Slow travel, fast trains.', homeCountry: 'PT' },
  });
export type MeChange = z.infer<typeof meChangeSchema>;

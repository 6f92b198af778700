import { z } from 'zod';
import { pageSchema } from '../common/page.js';

export const userIdParam = z.string().meta({
  description:
    'The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id.',
  example: '6741f0c2a4b5c6d7e8f90a1b',
});

export const relationshipSchema = z
  .object({
    userId: z.string(),
    following: z.boolean().meta({ description: 'The caller follows this user.' }),
    requested: z.boolean().meta({ description: 'The caller has asked to follow this user.' }),
    followedBy: z.boolean().meta({ description: 'This user follows the caller.' }),
    blocking: z.boolean().meta({ description: 'The caller blocks this user.' }),
  })
  .meta({ id: 'Relationship', description: 'How the caller and a user stand to each other.' });
export type Relationship = z.infer<typeof relationshipSchema>;

export const userCardSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    profilePicture: z.string().meta({ description: 'An address, or empty.' }),
    bio: z.string(),
    homeCountry: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2, or `XK`.' }),
    visibility: z.enum(['public', 'private']),
    followersCount: z.int(),
    followingCount: z.int(),
    relationship: relationshipSchema,
  })
  .meta({ id: 'UserCard', description: 'What everybody sees of a user.' });
export type UserCard = z.infer<typeof userCardSchema>;

export const userCardPageSchema = pageSchema('UserCardPage', userCardSchema);

export const followResultSchema = z
  .object({
    state: z.enum(['following', 'requested']).meta({
      description: '`requested` when the account is private and has to accept first.',
    }),
  })
  .meta({ id: 'FollowResult' });

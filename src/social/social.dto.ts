import { z } from 'zod';
import { IdParam } from '../common/http/id-param.decorator.js';
import { MAX_PAGE, pageQuerySchema, pageSchema } from '../common/http/page.js';

export const userIdParam = z.string().meta({
  description:
    'The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id.',
  example: '6741f0c2a4b5c6d7e8f90a1b',
});

/** The id of a user in the path, as a `Types.ObjectId`; 404 `user_not_found` for a text that is not an id. */
export const UserId = () => IdParam('userId', userIdParam, 'user_not_found');

const EXAMPLE_RELATIONSHIP = {
  userId: '6741f0c2a4b5c6d7e8f90a2c',
  following: true,
  requested: false,
  followedBy: false,
  blocking: false,
};

export const relationshipSchema = z
  .object({
    userId: z.string().meta({ description: 'The other user.' }),
    following: z.boolean().meta({ description: 'The caller follows this user.' }),
    requested: z.boolean().meta({ description: 'The caller has asked to follow this user.' }),
    followedBy: z.boolean().meta({ description: 'This user follows the caller.' }),
    blocking: z.boolean().meta({ description: 'The caller blocks this user.' }),
  })
  .meta({
    id: 'Relationship',
    description: 'The relationship between the caller and a user.',
    example: EXAMPLE_RELATIONSHIP,
  });
export type Relationship = z.infer<typeof relationshipSchema>;

export const userCardSchema = z
  .object({
    id: z.string().meta({ description: 'The `userId` of all other operations.' }),
    username: z.string().meta({ description: 'Unique; may change.' }),
    firstName: z.string().meta({ description: '`Unknown` when Clerk has none.' }),
    lastName: z.string().meta({ description: 'May be empty.' }),
    profilePicture: z.string().meta({ description: 'A URL, or empty.' }),
    bio: z.string().meta({ description: 'A short text by the user; may be empty.' }),
    homeCountry: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2, or `XK`.' }),
    visibility: z.enum(['public', 'private']).meta({
      description: 'A private account shows its network and wishlist to accepted followers only.',
    }),
    followersCount: z.int().meta({ description: 'Also of a private account.' }),
    followingCount: z.int().meta({ description: 'Also of a private account.' }),
    relationship: relationshipSchema,
  })
  .meta({
    id: 'UserCard',
    description: 'The public profile of a user.',
    example: {
      id: '6741f0c2a4b5c6d7e8f90a2c',
      username: 'bruno_77c0ffee',
      firstName: 'Bruno',
      lastName: 'Sá',
      profilePicture: '',
      bio: 'Islands.',
      homeCountry: 'BR',
      visibility: 'private',
      followersCount: 12,
      followingCount: 31,
      relationship: EXAMPLE_RELATIONSHIP,
    },
  });
export type UserCard = z.infer<typeof userCardSchema>;

export const userCardPageSchema = pageSchema('UserCardPage', userCardSchema);

/** Compared in lower case, as usernames are. */
const searched = z.string().min(1).max(30);
export const userSearchSchema = pageQuerySchema
  .extend({
    username: searched.optional().meta({ description: 'Exactly this username, in upper or lower case.' }),
    q: searched.optional().meta({ description: 'The beginning of usernames, in upper or lower case.' }),
  })
  .refine(({ username, q }) => (username === undefined) !== (q === undefined), {
    message: 'Either username or q',
    path: ['username'],
  });
export type UserSearch = z.infer<typeof userSearchSchema>;

export const requestsQuerySchema = pageQuerySchema.extend({
  direction: z.enum(['received', 'sent']).default('received').meta({
    description: '`received`: requests to me. `sent`: requests by me.',
  }),
});
export type RequestsQuery = z.infer<typeof requestsQuerySchema>;

/** One parameter, repeated. The parser makes an array only of two or more. */
export const relationshipsQuerySchema = z.strictObject({
  userId: z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(z.string()).min(1).max(MAX_PAGE),
    )
    .meta({ description: `Repeated for each user, at most ${MAX_PAGE} times.` }),
});
export type RelationshipsQuery = z.infer<typeof relationshipsQuerySchema>;

export const relationshipListSchema = z
  .object({
    items: z.array(relationshipSchema).meta({ description: 'One relationship per user that is found.' }),
    nextCursor: z.string().nullable().meta({ description: 'Always null: the list is complete.' }),
  })
  .meta({
    id: 'RelationshipList',
    example: { items: [EXAMPLE_RELATIONSHIP], nextCursor: null },
    description: 'In the order of the request, without users that are not found.',
  });

export const followResultSchema = z
  .object({
    state: z.enum(['following', 'requested']).meta({
      description: '`requested`: the account is private and must accept first.',
    }),
  })
  .meta({
    id: 'FollowState',
    description: 'The result of following a user.',
    example: { state: 'requested' },
  });

import { z } from 'zod';
import { IdParam } from '../common/http/id-param.decorator.js';
import { MAX_PAGE, pageQuerySchema, pageSchema } from '../common/http/page.js';

const userIdParam = z.string().meta({
  description:
    'The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id.',
  example: '6741f0c2a4b5c6d7e8f90a1b',
});

/** The id of a user in the path, as a `Types.ObjectId`; 404 `user_not_found` for a text that can't be one. */
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
    userId: z.string().meta({ description: 'The other one.' }),
    following: z.boolean().meta({ description: 'The caller follows this user.' }),
    requested: z.boolean().meta({ description: 'The caller has asked to follow this user.' }),
    followedBy: z.boolean().meta({ description: 'This user follows the caller.' }),
    blocking: z.boolean().meta({ description: 'The caller blocks this user.' }),
  })
  .meta({
    id: 'Relationship',
    description: 'How the caller and a user stand to each other.',
    example: EXAMPLE_RELATIONSHIP,
  });
export type Relationship = z.infer<typeof relationshipSchema>;

export const userCardSchema = z
  .object({
    id: z.string().meta({ description: 'What every other address of this API calls the user.' }),
    username: z.string().meta({ description: 'Unique, and may change.' }),
    firstName: z.string().meta({ description: '`Unknown` when there is none.' }),
    lastName: z.string().meta({ description: 'Or empty.' }),
    profilePicture: z.string().meta({ description: 'An address, or empty.' }),
    bio: z.string().meta({ description: 'What the user says about themselves, or empty.' }),
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
    description: 'What everybody sees of a user.',
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

/** Usernames are lower case; what is asked for is taken so. */
const searched = z.string().min(1).max(30);
export const userSearchSchema = pageQuerySchema
  .extend({
    username: searched.optional().meta({ description: 'Exactly this name; upper and lower case are one.' }),
    q: searched.optional().meta({ description: 'What the name begins with.' }),
  })
  .refine(({ username, q }) => (username === undefined) !== (q === undefined), {
    message: 'Either username or q',
    path: ['username'],
  });
export type UserSearch = z.infer<typeof userSearchSchema>;

export const requestsQuerySchema = pageQuerySchema.extend({
  direction: z.enum(['received', 'sent']).default('received').meta({
    description: '`received`: who asks to follow me. `sent`: whom I have asked.',
  }),
});
export type RequestsQuery = z.infer<typeof requestsQuerySchema>;

/** One parameter repeated; the parser makes an array of it from the second on. */
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
    items: z.array(relationshipSchema).meta({ description: 'One for each user that is found.' }),
    nextCursor: z.string().nullable().meta({ description: 'Always null: the list is whole.' }),
  })
  .meta({
    id: 'RelationshipList',
    example: { items: [EXAMPLE_RELATIONSHIP], nextCursor: null },
    description: 'In the order asked for. Users that are not found are left out.',
  });

export const followResultSchema = z
  .object({
    state: z.enum(['following', 'requested']).meta({
      description: '`requested` when the account is private and has to accept first.',
    }),
  })
  .meta({
    id: 'FollowState',
    description: 'What became of following somebody.',
    example: { state: 'requested' },
  });

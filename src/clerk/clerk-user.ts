import { z } from 'zod';
import { notAhead } from '../common/clock.js';
import { ProblemError } from '../common/problem.js';
import { SUBJECT } from '../common/principal.js';
import { cutText, isVisible } from '../common/http/text.js';

/** UTF-16 units. The longest name that Clerk's own forms take is 256. */
const MAX_NAME_LENGTH = 1000;
const MAX_EMAIL_LENGTH = 320;
const MAX_URL_LENGTH = 4096;

/** Lone surrogates would be stored as other characters, and then always differ from Clerk's value. */
const text = z.string().transform((value) => value.toWellFormed());
const lenient = <T>(schema: z.ZodType<T>) => schema.nullish().catch(undefined);
const name = lenient(
  text.transform((value) => {
    const cut = cutText(value.trim(), MAX_NAME_LENGTH).trimEnd();
    return isVisible(cut) ? cut : undefined;
  }),
);
const emailAddress = z.object({
  id: z.string(),
  // Never shortened: the beginning of an address is another address.
  email_address: z.string().max(MAX_EMAIL_LENGTH).pipe(text),
});

/**
 * The fields that we read of Clerk's user object: in the Backend API, `user.created` and `user.updated`.
 * Times are ms since the epoch. Other fields are ignored: users write some of them.
 *
 * Parsed leniently, so that an odd field locks no user out: long names are cut, unusable addresses and
 * pictures left out. Only the id, the time of the update and the ban must be valid.
 */
const clerkUserSchema = z.object({
  id: z.string().regex(SUBJECT),
  username: lenient(z.string()),
  first_name: name,
  last_name: name,
  image_url: lenient(z.string().max(MAX_URL_LENGTH).pipe(text)),
  primary_email_address_id: lenient(z.string()),
  email_addresses: lenient(z.array(z.unknown())),
  public_metadata: lenient(z.object({ role: z.unknown() }).partial()),
  banned: z.boolean().nullish(),
  // Only decides whether an account is new enough for a roll-back; without a time it isn't.
  created_at: z.int().catch(0),
  updated_at: z.int(),
});

export const MISSING_FIRST_NAME = 'Unknown';

export type Role = 'user' | 'admin';

/** The fields of a user that Clerk owns, by our names. */
export interface ClerkProfile {
  email: string | null;
  firstName: string;
  lastName: string;
  profilePicture: string;
  role: Role;
  banned: boolean;
  /** Clerk's `updated_at`, ms: orders the states. Two states can share one. */
  clerkUpdatedAt: number;
}

export interface ClerkUser {
  clerkId: string;
  /** ms. */
  createdAt: number;
  /** Clerk's own username, used if it is allowed here and free. */
  username: string | undefined;
  profile: ClerkProfile;
}

/**
 * Clerk's answer about an account can't be read. A retry fails as well, until the account or this
 * service changes. Never a reason to delete anything.
 */
export class UnreadableUserError extends ProblemError {
  constructor(options: { cause?: unknown } = {}) {
    super('dependency_unavailable', "Clerk's answer about this account cannot be read.", options);
  }
}

/** Parses Clerk's user object; undefined when it can't be read. */
export function readClerkUser(json: unknown): ClerkUser | undefined {
  const parsed = clerkUserSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const user = parsed.data;
  return {
    clerkId: user.id,
    createdAt: user.created_at,
    username: user.username ?? undefined,
    profile: {
      email: primaryEmail(user),
      firstName: user.first_name ?? MISSING_FIRST_NAME,
      lastName: user.last_name ?? '',
      profilePicture: user.image_url ?? '',
      role: user.public_metadata?.role === 'admin' ? 'admin' : 'user',
      banned: user.banned === true,
      clerkUpdatedAt: user.updated_at,
    },
  };
}

/**
 * A user from a fresh answer of Clerk's API, to be stored. An `updated_at` in the future becomes now:
 * otherwise later states would never be newer.
 */
export function asTold(user: ClerkUser): ClerkUser {
  const { profile } = user;
  return { ...user, profile: { ...profile, clerkUpdatedAt: notAhead(profile.clerkUpdatedAt) } };
}

/** Whether a stored user equals this profile, including `clerkUpdatedAt`. */
export function agrees(stored: ClerkProfile, profile: ClerkProfile): boolean {
  return Object.entries(profile).every(([key, value]) => stored[key as keyof ClerkProfile] === value);
}

/** The address that `primary_email_address_id` names. The order of the addresses has no meaning. */
function primaryEmail(user: z.infer<typeof clerkUserSchema>): string | null {
  for (const address of user.email_addresses ?? []) {
    const { success, data } = emailAddress.safeParse(address);
    if (success && data.id === user.primary_email_address_id) return data.email_address;
  }
  return null;
}

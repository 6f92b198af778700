import { z } from 'zod';
import { notAhead } from '../common/clock.js';
import { ProblemError } from '../common/problem.js';
import { SUBJECT } from '../common/principal.js';
import { cutText, isVisible } from '../common/http/text.js';

/** UTF-16 units. The longest name that Clerk's own forms take is 256. */
const MAX_NAME_LENGTH = 1000;
const MAX_EMAIL_LENGTH = 320;
const MAX_URL_LENGTH = 4096;

/** Half surrogate pairs would be stored as something else, and never agree with Clerk's again. */
const text = z.string().transform((value) => value.toWellFormed());
/** Whatever else stands there counts as nothing. */
const lenient = <T>(schema: z.ZodType<T>) => schema.nullish().catch(undefined);
const name = lenient(
  text.transform((value) => {
    const cut = cutText(value.trim(), MAX_NAME_LENGTH).trimEnd();
    return isVisible(cut) ? cut : undefined;
  }),
);
const emailAddress = z.object({
  id: z.string(),
  // The beginning of an address is another address.
  email_address: z.string().max(MAX_EMAIL_LENGTH).pipe(text),
});

/**
 * What we read of Clerk's user object, the same in the Backend API and in `user.created` and `user.updated`. Times are
 * ms since the epoch. The rest is neither judged nor kept: users write some of it themselves.
 *
 * Read leniently, so that an odd field doesn't keep a person out: too long a name is cut, an address or a picture that can't
 * be used is left out, what isn't there is nothing. Only what can't be guessed has to be right: who it is, which of two states
 * is the newer one, and whether the account is banned.
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
  // Only tells whether an account is so new that it may be rolled back: without a time, it isn't.
  created_at: z.int().catch(0),
  updated_at: z.int(),
});

/** What is stored for a first name that Clerk doesn't have. */
export const MISSING_FIRST_NAME = 'Unknown';

export type Role = 'user' | 'admin';

/** The part of a user that Clerk owns, in our words. */
export interface ClerkProfile {
  email: string | null;
  firstName: string;
  lastName: string;
  profilePicture: string;
  role: Role;
  banned: boolean;
  /** Clerk's `updated_at`, ms. Orders the changes; two of them can share one. */
  clerkUpdatedAt: number;
}

export interface ClerkUser {
  clerkId: string;
  /** ms. */
  createdAt: number;
  /** Clerk's own username: a wish, used when ours allows it and it is free. */
  username: string | undefined;
  profile: ClerkProfile;
}

/**
 * Clerk answered, but with an account that we can't read: repeating the request changes nothing until somebody changes the account,
 * or this service. Never a reason to delete anything.
 */
export class UnreadableUserError extends ProblemError {
  constructor(options: { cause?: unknown } = {}) {
    super('dependency_unavailable', "Clerk's answer about this account cannot be read.", options);
  }
}

/** Our reading of Clerk's user object; undefined when it can't be read. */
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
 * A user as Clerk's API has just told it, to be stored: a time that lies ahead becomes now, or no later change would count.
 */
export function asTold(user: ClerkUser): ClerkUser {
  const { profile } = user;
  return { ...user, profile: { ...profile, clerkUpdatedAt: notAhead(profile.clerkUpdatedAt) } };
}

/** Whether a stored user is in the state of this profile, its time included. */
export function agrees(stored: ClerkProfile, profile: ClerkProfile): boolean {
  return Object.entries(profile).every(([key, value]) => stored[key as keyof ClerkProfile] === value);
}

/** The address that `primary_email_address_id` names, never simply the first: order means nothing there. */
function primaryEmail(user: z.infer<typeof clerkUserSchema>): string | null {
  for (const address of user.email_addresses ?? []) {
    const { success, data } = emailAddress.safeParse(address);
    if (success && data.id === user.primary_email_address_id) return data.email_address;
  }
  return null;
}

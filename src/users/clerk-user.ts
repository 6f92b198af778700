import { z } from 'zod';
import { notAhead } from '../common/clock.js';
import { SUBJECT } from '../common/principal.js';

/** Half surrogate pairs would be stored as something else, and never agree with Clerk's again. */
const text = z.string().transform((value) => value.toWellFormed());
const emailAddress = z.object({ id: z.string(), email_address: z.string().max(320).pipe(text) });

/**
 * What we read of Clerk's user object, the same in the Backend API and in `user.created` and `user.updated`. Times are
 * ms since the epoch. The rest is neither judged nor kept: users write some of it themselves.
 */
const clerkUserSchema = z.object({
  id: z.string().regex(SUBJECT),
  username: z.string().nullish(),
  first_name: z.string().max(1000).pipe(text).nullish(),
  last_name: z.string().max(1000).pipe(text).nullish(),
  image_url: z.string().max(4096).pipe(text).nullish(),
  primary_email_address_id: z.string().nullish(),
  email_addresses: z.array(emailAddress).default([]),
  public_metadata: z.object({ role: z.unknown() }).partial().nullish(),
  banned: z.boolean().nullish(),
  created_at: z.int(),
  updated_at: z.int(),
});

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

/** Our reading of Clerk's user object; undefined when it isn't one. */
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
      firstName: nonEmpty(user.first_name) ?? 'Unknown',
      lastName: user.last_name?.trim() ?? '',
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

function nonEmpty(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The address that `primary_email_address_id` names, never simply the first: order means nothing there. */
function primaryEmail(user: z.infer<typeof clerkUserSchema>): string | null {
  const primary = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  return primary?.email_address ?? null;
}

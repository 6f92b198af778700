import type { User } from './user.schema.js';

type Omitted = `omitted: ${string}`;

/** What is decided about one field of `User`. */
interface FieldDecision {
  /** The part of an export that holds it, or why none does. */
  readonly export: 'profile' | 'account' | Omitted;
  /** Whether the archive of a deleted account keeps it, or why not. */
  readonly archive: 'kept' | Omitted;
  /** What the public page about deletions calls it; null: too technical for that page. */
  readonly page: string | null;
}

const PROFILE = { export: 'profile', archive: 'kept', page: null } as const;
const SERVES_REQUESTS = 'omitted: only serves requests of a living user';

/**
 * What becomes of each field of a user in exports, archives and on the page about deletions. A field
 * that is missing here does not compile, and neither does an export without a field that stands here.
 * The page names fields in this order.
 */
export const USER_FIELDS = {
  _id: { export: 'omitted: it is `profile.id`', archive: 'omitted: the archive has its own', page: null },
  clerkId: PROFILE,
  firstName: { ...PROFILE, page: 'name' },
  lastName: { ...PROFILE, page: 'name' },
  email: { ...PROFILE, page: 'e-mail address' },
  profilePicture: { ...PROFILE, page: 'picture' },
  username: { ...PROFILE, page: 'username' },
  bio: { ...PROFILE, page: 'biography' },
  homeCountry: { ...PROFILE, page: 'home country' },
  visibility: PROFILE,
  role: PROFILE,
  followersCount: PROFILE,
  followingCount: PROFILE,
  createdAt: PROFILE,
  updatedAt: PROFILE,
  banned: { export: 'account', archive: 'kept', page: null },
  suspendedAt: { export: 'account', archive: 'kept', page: null },
  activeOn: { export: 'account', archive: SERVES_REQUESTS, page: null },
  revokedSessions: { export: 'account', archive: SERVES_REQUESTS, page: null },
  tokensFrom: { export: 'account', archive: SERVES_REQUESTS, page: null },
  sentRequestsCount: { export: 'omitted: the length of a list there', archive: 'kept', page: null },
  receivedRequestsCount: {
    export: 'omitted: it is `profile.followRequestsCount`',
    archive: 'kept',
    page: null,
  },
  purchasesCount: { export: 'omitted: the length of a list there', archive: 'kept', page: null },
  auditEventsCount: { export: 'omitted: the rows themselves are there', archive: 'kept', page: null },
  clerkUpdatedAt: { export: 'omitted: orders updates from Clerk', archive: 'kept', page: null },
  claims: { export: 'omitted: makes transactions conflict', archive: SERVES_REQUESTS, page: null },
  usernameReservation: { export: 'omitted: lasts for one request', archive: SERVES_REQUESTS, page: null },
} as const satisfies Record<keyof User, FieldDecision>;

/** The fields that one part of an export holds. */
export type ExportedField<Part extends 'profile' | 'account'> = {
  [Field in keyof User]-?: (typeof USER_FIELDS)[Field]['export'] extends Part ? Field : never;
}[keyof User];

/**
 * What the archive of a deleted user keeps. Includes fields of older versions, which are not declared
 * any longer.
 */
export function archivedFields(user: User): Record<string, unknown> {
  const decisions: Partial<Record<string, FieldDecision>> = USER_FIELDS;
  return Object.fromEntries(
    Object.entries(user).filter(([field]) => (decisions[field]?.archive ?? 'kept') === 'kept'),
  );
}

/** What people call the fields of a profile. */
export function profileInWords(): string {
  const words = Object.values<FieldDecision>(USER_FIELDS).flatMap(({ page }) => page ?? []);
  return [...new Set(words)].join(', ');
}

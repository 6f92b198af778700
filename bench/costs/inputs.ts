/**
 * What isn't measured: how people use the app, and prices. Change them and run `npm run bench:costs`.
 */

/** Sessions of one monthly user, and the requests in each, by the names of the scale run. */
const SESSIONS = 12;
const PER_SESSION: Readonly<Record<string, number>> = {
  'GET me': 1.5,
  'own wishlist, 50 items': 1,
  "another's wishlist": 0.5,
  card: 1,
  'followers of a user': 0.3,
  'followers of the star': 0.1,
  following: 0.3,
  'search by prefix': 0.5,
  'search by username': 0.1,
  'relationships of 100': 0.2,
  'people of a country': 0.3,
  purchases: 0.05,
};

/** Per monthly user and month, beside what each session does. */
const PER_MONTH: Readonly<Record<string, number>> = {
  'first request of a new user': 0.05,
  'PUT and DELETE of a wish': 2,
  'follow and unfollow a user': 1.5,
  'follow and unfollow the star': 0.5,
  'block and unblock': 0.02,
  'webhook user.updated': 6,
  'webhook session.ended': 4,
  // 1 % of the users leave, with 20 edges each.
  'deletion, per edge': 0.2,
};

export const USAGE = {
  monthlyUsers: 1_000_000,
  sessions: SESSIONS,
  /** Operations per monthly user and month, by their names in the scale run. */
  operations: {
    ...Object.fromEntries(Object.entries(PER_SESSION).map(([name, times]) => [name, times * SESSIONS])),
    ...PER_MONTH,
  } as Readonly<Record<string, number>>,
  /** Users who come in a month, of all that are stored. */
  activeShare: 0.5,
  edgesPerUser: 10,
  purchasesPerUser: 0.2,
  /** The ledger keeps three months. */
  webhooksPerUser: 3 * (6 + 4),
  /** The busiest hour, compared with the average. */
  peakFactor: 4,
  utilisation: 0.6,
} as const;

export const PRICES = {
  asOf: 'April 2026',
  source: 'AWS, US East, Linux on x86, on demand: Fargate for CPU and memory, EBS gp3 for disks',
  /** USD. */
  vcpuHour: 0.04048,
  gibHour: 0.004445,
  gibMonth: 0.08,
} as const;

/**
 * What Clerk charges each month for users who come back a day after they signed up. Not read at Clerk: check
 * them before you rely on them.
 */
export const CLERK = {
  asOf: '20 September 2026',
  source: 'plan Pro, paid monthly, by a third party’s transcription of clerk.com/pricing',
  base: 25,
  /** Up to so many users, each USD. */
  tiers: [
    [50_000, 0],
    [100_000, 0.02],
    [1_000_000, 0.018],
    [10_000_000, 0.015],
  ] as readonly (readonly [upTo: number, each: number])[],
} as const;

export const INSTANCE = { vcpu: 1, gib: 0.5, least: 2 } as const;
export const DATABASE = { members: 3, vcpuSteps: [2, 4, 8, 16, 32, 64], gibPerVcpu: 4 } as const;
/** WiredTiger's cache, of the memory of a member. */
export const CACHE_SHARE = 0.5;
/** Of what is stored: the rest belongs to users who don't come. */
export const HOT_SHARE = 0.5;

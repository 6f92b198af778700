import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Document, MongoServerError, type ObjectId } from 'mongodb';
import { joinedReads } from './joined-reads.ts';
import {
  answer,
  bodyOf,
  type Caller,
  connect,
  countryName,
  ITEM,
  PREFIX,
  profileOf,
  serve,
  svixVerifier,
  tokenReader,
  type UserEvent,
} from './peer.ts';

/*
 * The same-work floor: plain node:http and the driver on the service's own documents, with as few commands as
 * they allow. Each request reads its user afresh and refuses what the service refuses for the user's state;
 * concurrent reads are joined. A PUT is that read and one command that answers the one item; a webhook is
 * the insert that detects repeats, the conditional update and the commit. No limits, log, metrics, deadlines,
 * cursors, problems, ETags or first requests.
 */
const DUPLICATE_KEY = 11_000;

/** Decides whether the caller may go on. */
interface Standing {
  _id: ObjectId;
  clerkId: string;
  banned?: boolean;
  suspendedAt?: Date | null;
  revokedSessions?: { sid: string }[];
  tokensFrom?: Date;
}
interface Profile extends Standing {
  email: string | null;
  firstName: string;
  lastName: string;
  username: string;
  profilePicture: string;
  bio: string;
  homeCountry: string | null;
  visibility: string;
  role: string;
  followersCount: number;
  followingCount: number;
  receivedRequestsCount: number;
  clerkUpdatedAt: number;
  createdAt: Date;
  updatedAt: Date;
}
interface Item {
  countryCode: string;
  addedAt: Date;
  note: string;
  priority: number | null;
  visited: boolean;
}
interface LedgerRow {
  _id: string;
  type: string;
  outcome: string;
  at: Date;
}
type WithSize = Profile & { wishlist: { size: number }[] };
type WithItems = Standing & { wishlist: { items: Item[] }[] };

const client = await connect();
const users = client.db().collection<Profile>('users');
const wishlists = client.db().collection<{ _id: ObjectId; items: Item[] }>('wishlists');
const ledger = client.db().collection<LedgerRow>('webhookEvents');
const callerOf = tokenReader();
const isSigned = svixVerifier();

const STANDING = { clerkId: 1, banned: 1, suspendedAt: 1, revokedSessions: 1, tokensFrom: 1 } as const;
const PROFILE = {
  ...STANDING,
  email: 1,
  firstName: 1,
  lastName: 1,
  username: 1,
  profilePicture: 1,
  bio: 1,
  homeCountry: 1,
  visibility: 1,
  role: 1,
  followersCount: 1,
  followingCount: 1,
  receivedRequestsCount: 1,
  createdAt: 1,
  updatedAt: 1,
} as const;

const bySubject = <V extends Standing>(found: V[]) => new Map(found.map((user) => [user.clerkId, user]));
/** The user and what is projected of its wishlist, in one command. */
const withWishlist = <V extends Standing>(fields: Document, wishlist: Document) =>
  joinedReads(async (subjects) =>
    bySubject(
      await users
        .aggregate<V>([
          { $match: { clerkId: { $in: subjects } } },
          { $project: fields },
          {
            $lookup: {
              from: 'wishlists',
              localField: '_id',
              foreignField: '_id',
              pipeline: [{ $project: wishlist }],
              as: 'wishlist',
            },
          },
        ])
        .toArray(),
    ),
  );
const findStanding = joinedReads(async (subjects) =>
  bySubject(
    await users
      .find<Standing>({ clerkId: { $in: subjects } })
      .project<Standing>(STANDING)
      .toArray(),
  ),
);
const findProfile = withWishlist<WithSize>(PROFILE, { _id: 0, size: { $size: '$items' } });
const findItems = withWishlist<WithItems>(STANDING, { _id: 0, items: 1 });

/** Answers and returns true when the user's state refuses the request. */
function isRefused(user: Standing | undefined, caller: Caller, response: ServerResponse): user is undefined {
  const isGone =
    user === undefined ||
    user.revokedSessions?.some(({ sid }) => sid === caller.session) === true ||
    (user.tokensFrom !== undefined && caller.issuedAt * 1000 <= user.tokensFrom.getTime());
  if (isGone) answer(response, 401, {});
  else if (user.banned === true || (user.suspendedAt ?? null) !== null) answer(response, 403, {});
  else return false;
  return true;
}

async function getMe(caller: Caller, response: ServerResponse): Promise<void> {
  const user = await findProfile(caller.subject);
  if (isRefused(user, caller, response)) return;
  answer(response, 200, {
    id: user._id.toHexString(),
    clerkId: user.clerkId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    username: user.username,
    profilePicture: user.profilePicture,
    bio: user.bio,
    homeCountry: user.homeCountry,
    visibility: user.visibility,
    role: user.role,
    followersCount: user.followersCount,
    followingCount: user.followingCount,
    followRequestsCount: user.receivedRequestsCount,
    wishlistCount: user.wishlist[0]?.size ?? 0,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  });
}

const toItem = ({ countryCode, note, priority, visited, addedAt }: Item) => ({
  countryCode,
  note,
  priority,
  visited,
  name: countryName(countryCode),
  addedAt,
});

async function list(caller: Caller, url: string, response: ServerResponse): Promise<void> {
  const user = await findItems(caller.subject);
  if (isRefused(user, caller, response)) return;
  const limit = Number(new URLSearchParams(url.slice(url.indexOf('?'))).get('limit'));
  // Stored in the order of adding.
  const newestFirst = (user.wishlist[0]?.items ?? []).slice(-limit).reverse();
  answer(response, 200, { items: newestFirst.map(toItem), nextCursor: null });
}

async function put(caller: Caller, countryCode: string, response: ServerResponse): Promise<void> {
  const user = await findStanding(caller.subject);
  if (isRefused(user, caller, response)) return;
  if (countryName(countryCode) === undefined) {
    answer(response, 422, {});
    return;
  }
  const item: Item = { countryCode, addedAt: new Date(), note: '', priority: null, visited: false };
  const before = await wishlists.findOneAndUpdate(
    { _id: user._id },
    [
      {
        $set: {
          items: {
            $cond: [
              { $in: [countryCode, '$items.countryCode'] },
              '$items',
              { $concatArrays: ['$items', [item]] },
            ],
          },
        },
      },
    ],
    { returnDocument: 'before', projection: { _id: 0, items: { $elemMatch: { countryCode } } } },
  );
  if (before === null) {
    answer(response, 401, {});
    return;
  }
  // MongoDB leaves the field out when no item matches.
  const [known] = (before as Partial<typeof before>).items ?? [];
  answer(response, known === undefined ? 201 : 200, toItem(known ?? item));
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (!isSigned(request.headers, body)) {
    answer(response, 400, {});
    return;
  }
  const event = JSON.parse(body.toString()) as UserEvent;
  const row: LedgerRow = {
    _id: String(request.headers['svix-id']),
    type: event.type,
    outcome: 'applied',
    at: new Date(),
  };
  while (!(await isCommitted(row, event))) {
    // Another delivery about this user was under way.
  }
  answer(response, 200, { received: true });
}

/** One attempt. @returns false after a write conflict: it must be made again */
async function isCommitted(row: LedgerRow, event: UserEvent): Promise<boolean> {
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
    await ledger.insertOne(row, { session });
    const { matchedCount } = await users.updateOne(
      { clerkId: event.data.id, clerkUpdatedAt: { $lt: event.data.updated_at } },
      { $set: { ...profileOf(event), updatedAt: row.at } },
      { session },
    );
    if (matchedCount === 0)
      await ledger.updateOne({ _id: row._id }, { $set: { outcome: 'ignored' } }, { session });
    await session.commitTransaction();
    return true;
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    if (error.hasErrorLabel('TransientTransactionError')) return false;
    // A repeat; its transaction is aborted by the end of the session.
    if (error.code === DUPLICATE_KEY) return true;
    throw error;
  } finally {
    await session.endSession();
  }
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  if (url === `${PREFIX}/webhooks/clerk`) {
    await receive(request, response);
    return;
  }
  const caller = callerOf(request.headers.authorization);
  if (caller === undefined) answer(response, 401, {});
  else if (method === 'PUT') await put(caller, url.slice(ITEM.length), response);
  else if (url === `${PREFIX}/users/me`) await getMe(caller, response);
  else await list(caller, url, response);
}

serve((request, response) => {
  route(request, response).catch((error: unknown) => {
    console.error(error);
    answer(response, 500, {});
  });
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import { MongoServerError } from 'mongodb';
import { joinedReads } from './joined-reads.ts';
import {
  answer,
  bodyOf,
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
 * The naive floor: plain node:http and the driver, one command per job on collections that are made for it:
 * users that hold the size of their list, and items that are rows. No user is created or checked, no limits,
 * log, metrics, deadlines, cursors or problems.
 *
 * `JOINED=1`: concurrent reads of profiles share a command. `TRANSACTION=1`: the webhook's insert and update
 * commit together.
 */
const DUPLICATE_KEY = 11_000;
const { JOINED, TRANSACTION } = process.env;

interface NaiveUser {
  clerkId: string;
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
  wishlistCount: number;
  clerkUpdatedAt: number;
  createdAt: Date;
  updatedAt: Date;
}
interface NaiveItem {
  clerkId: string;
  countryCode: string;
  addedAt: Date;
  note: string;
  priority: number | null;
  visited: boolean;
}

const client = await connect();
const users = client.db().collection<NaiveUser>('naiveUsers');
const items = client.db().collection<NaiveItem>('naiveItems');
const events = client.db().collection<{ _id: string; at: Date }>('naiveEvents');
const callerOf = tokenReader();
const isSigned = svixVerifier();

const joined = joinedReads(async (clerkIds) => {
  const found = await users.find({ clerkId: { $in: clerkIds } }).toArray();
  return new Map(found.map((user) => [user.clerkId, user]));
});
const findUser = (clerkId: string) => (JOINED === '1' ? joined(clerkId) : users.findOne({ clerkId }));

async function getMe(clerkId: string, response: ServerResponse): Promise<void> {
  const user = await findUser(clerkId);
  if (user === null || user === undefined) {
    answer(response, 401, {});
    return;
  }
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
    wishlistCount: user.wishlistCount,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  });
}

const toItem = ({ countryCode, note, priority, visited, addedAt }: NaiveItem) => ({
  countryCode,
  note,
  priority,
  visited,
  name: countryName(countryCode),
  addedAt,
});

async function list(clerkId: string, url: string, response: ServerResponse): Promise<void> {
  const limit = Number(new URLSearchParams(url.slice(url.indexOf('?'))).get('limit'));
  const rows = await items.find({ clerkId }).sort({ addedAt: -1, countryCode: -1 }).limit(limit).toArray();
  answer(response, 200, { items: rows.map(toItem), nextCursor: null });
}

async function put(clerkId: string, countryCode: string, response: ServerResponse): Promise<void> {
  if (countryName(countryCode) === undefined) {
    answer(response, 422, {});
    return;
  }
  const { value, lastErrorObject } = await items.findOneAndUpdate(
    { clerkId, countryCode },
    { $setOnInsert: { addedAt: new Date(), note: '', priority: null, visited: false } },
    { upsert: true, returnDocument: 'after', includeResultMetadata: true },
  );
  if (value === null) throw new Error('upserted without a document');
  answer(response, lastErrorObject?.['updatedExisting'] === true ? 200 : 201, toItem(value));
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (!isSigned(request.headers, body)) {
    answer(response, 400, {});
    return;
  }
  const event = JSON.parse(body.toString()) as UserEvent;
  const row = { _id: String(request.headers['svix-id']), at: new Date() };
  const change = { $set: { ...profileOf(event), updatedAt: new Date() } };
  const filter = { clerkId: event.data.id, clerkUpdatedAt: { $lt: event.data.updated_at } };
  try {
    if (TRANSACTION === '1') {
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await events.insertOne(row, { session });
          await users.updateOne(filter, change, { session });
        }),
      );
    } else {
      await events.insertOne(row);
      await users.updateOne(filter, change);
    }
  } catch (error) {
    // A repeat.
    if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
  }
  answer(response, 200, { received: true });
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  if (url === `${PREFIX}/webhooks/clerk`) {
    await receive(request, response);
    return;
  }
  const caller = callerOf(request.headers.authorization);
  if (caller === undefined) answer(response, 401, {});
  else if (method === 'PUT') await put(caller.subject, url.slice(ITEM.length), response);
  else if (url === `${PREFIX}/users/me`) await getMe(caller.subject, response);
  else await list(caller.subject, url, response);
}

serve((request, response) => {
  route(request, response).catch((error: unknown) => {
    console.error(error);
    answer(response, 500, {});
  });
});

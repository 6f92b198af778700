import { hash } from 'node:crypto';
import countries from 'i18n-iso-countries';
import { Types } from 'mongoose';
import { coprime, inverseOf, random, shares } from './numbers.ts';

/** How large a population is. Any two with the same numbers are equal, document by document. */
export interface Size {
  users: number;
  edges: number;
}

/** Users joined over this time, and followed each other in it; seconds. */
const START = Date.UTC(2024, 10, 29) / 1000;
const SPAN = 2 * 365 * 24 * 3600;
/** First those that most people want. */
const POPULAR = ['JP', 'PE', 'NO', 'IT', 'NZ', 'IS', 'PT', 'MX', 'VN', 'MA', 'GR', 'CL', 'KE', 'LK', 'AR'];
const CODES = [...new Set([...POPULAR, ...Object.keys(countries.getAlpha2Codes()).sort()])];
const NAMES =
  'anna ben carla david elif finn greta hugo ines jonas kira leon mia noah olga paul quin rosa sven tara'.split(
    ' ',
  );
const BIO = 'Slow trains, long hikes and small museums; always one more country on the list. ';

/** A byte of each id. */
const KINDS = { user: 1, follow: 2, block: 3, purchase: 4, deletion: 5, audit: 6 } as const;

function idOf(kind: keyof typeof KINDS, index: number, count: number): Types.ObjectId {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(START + Math.floor((index / count) * SPAN), 0);
  bytes.writeUInt8(KINDS[kind], 4);
  bytes.writeUInt32BE(index, 8);
  return new Types.ObjectId(bytes);
}

const dateOf = (id: Types.ObjectId) => id.getTimestamp();
const subjectOf = (index: number) => `user_${hash('sha256', `scale ${index}`, 'hex').slice(0, 27)}`;

/**
 * Users and everything that refers to them, as the service stores it. Nothing random: each document
 * follows from its index. Followers of a user are a range of the users, spread by a multiplication, so
 * whether an edge exists is known without a set of all edges.
 */
export class Population {
  readonly ids: Types.ObjectId[];
  /** Followers wanted by rank. */
  private readonly degrees: Int32Array;
  private readonly counters: Record<'followers' | 'following' | 'sent' | 'received', Int32Array>;
  /** Coprime to the number of users: a step that visits each user once. */
  private readonly step: number;

  readonly size: Size;

  constructor(size: Size) {
    this.size = size;
    const { users, edges } = size;
    this.ids = Array.from({ length: users }, (_, index) => idOf('user', index, users));
    this.step = coprime(Math.floor(users * 0.618), users);
    this.degrees = shares(users, edges);
    const zeros = () => new Int32Array(users);
    this.counters = { followers: zeros(), following: zeros(), sent: zeros(), received: zeros() };
    for (const [follower, followee, isRequest] of this.pairs()) {
      const { followers, following, sent, received } = this.counters;
      const [out, into] = isRequest ? [sent, received] : [following, followers];
      out[follower] = (out[follower] ?? 0) + 1;
      into[followee] = (into[followee] ?? 0) + 1;
    }
  }

  /** The user of a rank of popularity; rank 0 is the star. */
  userOfRank(rank: number): number {
    return (rank * this.step + 7) % this.size.users;
  }

  /** Accepted followers of a user. */
  followersOf(index: number): number {
    return this.counters.followers[index] ?? 0;
  }

  isPrivate(index: number): boolean {
    return index !== this.userOfRank(0) && random(index, 1) < 0.05;
  }

  /** Banned or suspended. */
  isShutOut(index: number): boolean {
    return index !== this.userOfRank(0) && random(index, 2) < 0.007;
  }

  username(index: number): string {
    // An odd factor maps each index to another number.
    const digits = (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    return `${NAMES[index % NAMES.length] ?? ''}_${digits}`;
  }

  clerkId(index: number): string {
    return subjectOf(index);
  }

  user(index: number) {
    const _id = this.ids[index] ?? new Types.ObjectId();
    const [createdAt, name] = [dateOf(_id), NAMES[index % NAMES.length] ?? ''];
    const shutOut = this.isShutOut(index);
    const isBanned = shutOut && random(index, 3) < 0.3;
    return {
      _id,
      clerkId: subjectOf(index),
      username: this.username(index),
      email: `${name}.${index}@example.com`,
      firstName: name.charAt(0).toUpperCase() + name.slice(1),
      lastName: `Nr${index}`,
      profilePicture: `https://img.example.com/${subjectOf(index).slice(5)}${subjectOf(index + 1).slice(5)}`,
      role: 'user',
      banned: isBanned,
      clerkUpdatedAt: createdAt.getTime(),
      bio: random(index, 4) < 0.4 ? BIO.slice(0, 20 + Math.floor(random(index, 5) * 60)) : '',
      homeCountry: random(index, 6) < 0.6 ? countryAt(random(index, 7)) : null,
      visibility: this.isPrivate(index) ? 'private' : 'public',
      suspendedAt: shutOut && !isBanned ? createdAt : null,
      followersCount: this.counters.followers[index] ?? 0,
      followingCount: this.counters.following[index] ?? 0,
      sentRequestsCount: this.counters.sent[index] ?? 0,
      receivedRequestsCount: this.counters.received[index] ?? 0,
      purchasesCount: this.purchasesOf(index),
      activeOn: new Date((START + SPAN - Math.floor(random(index, 8) ** 3 * 400) * 86_400) * 1000),
      revokedSessions: [],
      createdAt,
      updatedAt: createdAt,
    };
  }

  wishesOf(index: number): number {
    if (random(index, 9) < 0.05) return 50;
    return Math.floor(random(index, 10) ** 2 * 20);
  }

  wishlist(index: number) {
    const _id = this.ids[index] ?? new Types.ObjectId();
    return { _id, items: wishes(this.wishesOf(index), index, dateOf(_id)) };
  }

  purchasesOf(index: number): number {
    return random(index, 11) < 0.1 ? 2 : 0;
  }

  purchase(index: number, nth: number) {
    const number = index * 2 + nth;
    const _id = idOf('purchase', number, this.size.users * 2);
    const at = dateOf(_id);
    return {
      _id,
      userId: this.ids[index] ?? new Types.ObjectId(),
      attemptId: `payatt_${subjectOf(number).slice(5)}`,
      attemptUpdatedAt: at.getTime(),
      attemptEvent: 'updated',
      item: 'eSIM Japan, 10 GB',
      amount: 1900 + (number % 40) * 50,
      currency: 'EUR',
      status: number % 50 === 0 ? 'refunded' : 'paid',
      purchasedAt: at,
      refundedAt: number % 50 === 0 ? at : null,
      createdAt: at,
      updatedAt: at,
    };
  }

  block(index: number) {
    const [blocker, blocked] = this.blockPair(index);
    const [blockerId, blockedId] = [this.ids[blocker], this.ids[blocked]];
    return { _id: idOf('block', index, this.size.users), blockerId, blockedId };
  }

  /** A block cuts edges, so a pair with one has none. */
  hasBlock(index: number): boolean {
    const [blocker, blocked] = this.blockPair(index);
    return blocker !== blocked && !this.hasEdge(blocker, blocked) && !this.hasEdge(blocked, blocker);
  }

  webhookEvent(index: number) {
    const id = hash('sha256', `event ${index}`, 'hex').slice(0, 27);
    const day = 24 * 3600 * 1000;
    return {
      _id: `msg_${id}`,
      type: index % 3 === 0 ? 'session.ended' : 'user.updated',
      outcome: index % 1000 === 0 ? 'dead_letter' : 'applied',
      at: new Date((START + SPAN) * 1000 - Math.floor(random(index, 12) * 80 * day)),
    };
  }

  deletedUser(index: number) {
    const _id = idOf('deletion', index, this.size.users / 100);
    const subject = subjectOf(this.size.users + index);
    const at = dateOf(_id);
    return {
      _id,
      subjectHash: hash('sha256', subject, 'hex'),
      clerkId: subject,
      deletedAt: at,
      reason: 'user_requested',
      userData: { clerkId: subject, email: `gone.${index}@example.com`, firstName: 'Gone', lastName: '' },
      purchases: [],
      keptUntil: new Date(at.getTime() + 1095 * 86_400_000),
    };
  }

  auditEvent(index: number) {
    const _id = idOf('audit', index, this.size.users / 100);
    const target = this.ids[index];
    return {
      _id,
      at: dateOf(_id),
      actorId: this.ids[index % 5],
      action: 'user.unsuspended',
      target: { type: 'user', id: String(target) },
      reason: 'appeal',
      requestId: String(_id),
    };
  }

  /** Edges in the order of their ids: all users gain followers at the same time. */
  *follows() {
    let n = 0;
    for (const [follower, followee, isRequest] of this.pairs()) {
      const _id = idOf('follow', n++, this.size.edges);
      const [followerId, followeeId] = [this.ids[follower], this.ids[followee]];
      yield { _id, followerId, followeeId, state: isRequest ? 'requested' : 'following' };
    }
  }

  private *pairs(): Generator<[follower: number, followee: number, isRequest: boolean]> {
    const { users } = this.size;
    let ranks = users;
    for (let nth = 0; ranks > 0; nth++) {
      while (ranks > 0 && (this.degrees[ranks - 1] ?? 0) <= nth) ranks--;
      for (let rank = 0; rank < ranks; rank++) {
        if ((this.degrees[rank] ?? 0) <= nth) continue;
        const followee = this.userOfRank(rank);
        const follower = this.followerAt(rank, nth, followee);
        yield [follower, followee, this.isPrivate(followee) && random(follower, followee) < 0.1];
      }
    }
  }

  private followerAt(rank: number, nth: number, followee: number): number {
    const at = (position: number) => ((this.firstOf(rank) + position) * this.step) % this.size.users;
    // Nobody follows oneself: the user after the range comes instead.
    return at(nth) === followee ? at(this.degrees[rank] ?? 0) : at(nth);
  }

  private firstOf(rank: number): number {
    return Math.floor(random(rank, 13) * this.size.users);
  }

  private hasEdge(follower: number, followee: number): boolean {
    const rank = this.rankOf(followee);
    const wanted = this.degrees[rank] ?? 0;
    const { users } = this.size;
    const position = (this.indexBefore(follower) - this.firstOf(rank) + users) % users;
    // One more: the one instead of the user itself.
    return position <= wanted;
  }

  private rankOf(index: number): number {
    return this.indexBefore((index - 7 + this.size.users) % this.size.users);
  }

  /** The inverse of the multiplication by `step`. */
  private indexBefore(index: number): number {
    this.inverse ??= inverseOf(this.step, this.size.users);
    return Number((BigInt(index) * this.inverse) % BigInt(this.size.users));
  }
  private inverse: bigint | undefined;

  private blockPair(index: number): [number, number] {
    const { users } = this.size;
    return [Math.floor(random(index, 14) * users), Math.floor(random(index, 15) * users)];
  }
}

/** Wishes for different countries, the popular ones first. */
export function wishes(count: number, seed: number, since: Date) {
  const start = POPULAR.length + Math.floor(random(seed, 16) * CODES.length * 0.2);
  return Array.from({ length: count }, (_, nth) => ({
    countryCode: nth < 3 ? POPULAR[(seed + nth * 4) % POPULAR.length] : CODES[start + nth],
    addedAt: new Date(since.getTime() + nth * 60_000),
    note: random(seed + nth, 17) < 0.2 ? 'In spring, by train' : '',
    priority: random(seed + nth, 18) < 0.3 ? 1 + (nth % 5) : null,
    visited: random(seed + nth, 19) < 0.2,
  }));
}

const countryAt = (share: number) => CODES[Math.floor(share ** 3 * CODES.length)] ?? 'JP';

import type { Connection, mongo } from 'mongoose';
import type { OnProgress } from '../../common/progress.js';
import { inTransaction } from '../../common/mongodb/transaction.js';
import { INLINE_PURCHASES } from '../../deleted-users/deleted-user.schema.js';
import { COUNTERS, countAgain } from './counters.js';
import { different, type Edge, edgesOf, pairOf, type SeedEdge, toldByFollower } from './edges.js';
import { insertNew } from './inserting.js';
import { batchesOf, findAll, idOf } from './reading.js';
import {
  isAllowedUsername,
  readArchive,
  readPurchase,
  readUser,
  readWishlist,
  replacementUsername,
  type SeedArchive,
  type SeedDocument,
  type SeedPurchase,
  type SeedUser,
  sha256,
} from './seed-shapes.js';

/** Edges looked up at once: an array may hold hundreds of thousands. */
const EDGES_AT_ONCE = 1000;
/** Of the work, when everything was read. */
const ALMOST = 0.99;
/** The seed's models name them so, mongoose's plural in lower case. */
const ARCHIVE_COLLECTIONS = ['deletedusers', 'deletedUsers'];

/** What a migration did; of a dry run, what it would do. `known`: there already, left as they are. */
export interface MigrationCounts {
  archives: { migrated: number; known: number; unreadable: number };
  users: { migrated: number; known: number; deleted: number; unreadable: number; renamed: number };
  countries: { migrated: number; dropped: number };
  edges: { migrated: number; known: number; dropped: number };
  purchases: { migrated: number; archived: number; known: number; ownerless: number; unreadable: number };
}

export interface MigrationOptions {
  dryRun?: boolean;
  onProgress?: OnProgress;
  /** Called between batches; throws to stop. */
  beat?: () => Promise<void>;
}

/**
 * Brings a database of the seed's shape into this service's. It only ever inserts, under ids that are the same each time, and
 * counts at the end: so it can stop anywhere and start over, and a second run changes nothing.
 */
export class Migration {
  readonly counts: MigrationCounts = {
    archives: { migrated: 0, known: 0, unreadable: 0 },
    users: { migrated: 0, known: 0, deleted: 0, unreadable: 0, renamed: 0 },
    countries: { migrated: 0, dropped: 0 },
    edges: { migrated: 0, known: 0, dropped: 0 },
    purchases: { migrated: 0, archived: 0, known: 0, ownerless: 0, unreadable: 0 },
  };
  private total = 1;
  private done = 0;

  constructor(
    private readonly from: Connection,
    private readonly to: Connection,
    private readonly options: MigrationOptions = {},
  ) {}

  /** Tombstones first: nobody who was deleted comes back, wherever it stops. */
  async run(): Promise<MigrationCounts> {
    const collections = [...ARCHIVE_COLLECTIONS, 'users', 'users', 'purchases'];
    const sizes = await Promise.all(
      collections.map((name) => this.from.collection(name).estimatedDocumentCount()),
    );
    this.total = Math.max(
      1,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    for (const name of ARCHIVE_COLLECTIONS) await this.each(name, (batch) => this.archives(batch));
    await this.each('users', (batch) => this.users(batch));
    await this.each('users', (batch) => this.edges(batch));
    await this.each('purchases', (batch) => this.purchases(batch));
    if (!this.dryRun) {
      this.options.onProgress?.(ALMOST, 'all documents read; counters and agreement are being checked');
      await countAgain(this.to, this.options.beat);
    }
    return this.counts;
  }

  private get dryRun(): boolean {
    return this.options.dryRun === true;
  }

  private async archives(batch: SeedDocument[]): Promise<void> {
    const { archives: counts } = this.counts;
    const archives = batch.flatMap((document) => readArchive(document) ?? []);
    counts.unreadable += batch.length - archives.length;
    const known = await this.buried(
      archives.map(({ clerkId }) => clerkId),
      this.to,
    );
    for (const archive of archives) {
      if (known.has(archive.clerkId)) {
        counts.known++;
        continue;
      }
      // The seed kept no index: one user may have been archived twice. The first one stays.
      known.add(archive.clerkId);
      counts.migrated++;
      if (!this.dryRun) await this.insertArchive(archive);
    }
  }

  private async insertArchive({ purchases, notes, ...archive }: SeedArchive): Promise<void> {
    const read = purchases.flatMap((document) => readPurchase(document) ?? []);
    this.counts.purchases.unreadable += purchases.length - read.length;
    const newestFirst = read.toSorted((a, b) => (String(a._id) < String(b._id) ? 1 : -1));
    const moved = newestFirst.slice(INLINE_PURCHASES);
    // Behind the archive in no transaction: what a crash leaves is found under the same ids by the next run.
    await insertNew(
      this.to,
      'deletionPurchases',
      moved.map((purchase) => ({ ...purchase, archiveId: archive._id })),
    );
    await insertNew(this.to, 'deletedUsers', [
      {
        ...archive,
        purchases: newestFirst.slice(0, INLINE_PURCHASES),
        ...(moved.length > 0 ? { movedPurchases: moved.length } : {}),
        ...(notes === undefined ? {} : { notes }),
      },
    ]);
  }

  private async users(batch: SeedDocument[]): Promise<void> {
    const { users: counts } = this.counts;
    const users = batch.flatMap((document) => readUser(document) ?? []);
    counts.unreadable += batch.length - users.length;
    const clerkIds = users.map(({ clerkId }) => clerkId);
    const buried = await this.buried(clerkIds);
    const known = new Set(
      (await findAll(this.to, 'users', { clerkId: { $in: clerkIds } })).map(({ clerkId }) => clerkId),
    );
    const living = users.filter(({ clerkId }) => {
      if (buried.has(clerkId)) counts.deleted++;
      else if (known.has(clerkId)) counts.known++;
      else return known.add(clerkId);
      return false;
    });
    if (living.length === 0) return;
    const wishlists = await findAll(this.from, 'wishlists', {
      _id: { $in: living.map(({ clerkId }) => clerkId) },
    });
    const byClerkId = new Map(wishlists.map((wishlist) => [String(wishlist._id), wishlist]));
    const read = living.map((user) => ({
      user,
      ...readWishlist(byClerkId.get(user.clerkId), user.createdAt),
    }));
    for (const { items, dropped } of read) {
      this.counts.countries.migrated += items.length;
      this.counts.countries.dropped += dropped;
    }
    const named = await this.named(living);
    counts.migrated += named.length;
    if (this.dryRun) return;
    // Before its user, so that there is never a user without one.
    await insertNew(
      this.to,
      'wishlists',
      read.map(({ user, items }) => ({ _id: user._id, items })),
    );
    await insertNew(this.to, 'users', named);
  }

  /** Users as they are stored here, each under a name that is free. */
  private async named(users: readonly SeedUser[]): Promise<object[]> {
    const wishes = users.map(({ username }) => username);
    const holders = await findAll(this.to, 'users', { username: { $in: wishes } });
    const taken = new Set(holders.map(({ username }) => String(username)));
    return users.map((user) => {
      const isFree = isAllowedUsername(user.username) && !taken.has(user.username);
      if (!isFree) this.counts.users.renamed++;
      const username = isFree ? user.username : replacementUsername(user);
      taken.add(username);
      const { _id, clerkId, profile, createdAt, updatedAt } = user;
      return {
        _id,
        clerkId,
        username,
        ...profile,
        // Clerk's: the next reconciliation, webhook or change of the profile tells.
        role: 'user',
        banned: false,
        clerkUpdatedAt: 0,
        suspendedAt: null,
        revokedSessions: [],
        ...Object.fromEntries(COUNTERS.map(({ counter }) => [counter, 0])),
        createdAt,
        updatedAt,
      };
    });
  }

  /** The seed wrote each edge into two arrays, and they drift: an edge is there when one of them has it. */
  private async edges(batch: SeedDocument[]): Promise<void> {
    let chunk: SeedEdge[] = [];
    for (const document of batch) {
      const { edges, left } = edgesOf(document);
      this.counts.edges.dropped += left;
      for (const edge of edges) {
        chunk.push(edge);
        if (chunk.length < EDGES_AT_ONCE) continue;
        await this.insertEdges(chunk);
        chunk = [];
      }
    }
    await this.insertEdges(chunk);
  }

  private async insertEdges(edges: SeedEdge[]): Promise<void> {
    const { edges: counts } = this.counts;
    const living = await this.living(edges.flatMap(({ edge }) => [edge.followerId, edge.followeeId]));
    const possible = edges.filter(
      ({ edge: { followerId, followeeId } }) =>
        !followerId.equals(followeeId) && living.has(String(followerId)) && living.has(String(followeeId)),
    );
    counts.dropped += edges.length - possible.length;
    const twice = await toldByFollower(
      this.from,
      possible.filter(({ array }) => array === 'followers'),
    );
    const ids = possible.map(({ edge }) => edge._id);
    const known = new Set((await findAll(this.to, 'follows', { _id: { $in: ids } })).map(idOf));
    const unknown = possible
      .map(({ array, edge }) => (array === 'followers' && twice.has(pairOf(edge)) ? undefined : edge))
      .filter((edge) => edge !== undefined && !known.has(idOf(edge)));
    const duplicates = this.dryRun ? 0 : await insertNew(this.to, 'follows', unknown as Edge[]);
    counts.known += possible.length - unknown.length + duplicates;
    counts.migrated += unknown.length - duplicates;
  }

  /** Of these ids, those whose users are here, or would be. */
  private async living(ids: readonly mongo.ObjectId[]): Promise<Set<string>> {
    const unique = different(ids);
    if (!this.dryRun) return new Set((await findAll(this.to, 'users', { _id: { $in: unique } })).map(idOf));
    const users = (await findAll(this.from, 'users', { _id: { $in: unique } })).flatMap(
      (document) => readUser(document) ?? [],
    );
    const buried = await this.buried(users.map(({ clerkId }) => clerkId));
    return new Set(users.filter(({ clerkId }) => !buried.has(clerkId)).map(idOf));
  }

  private async purchases(batch: SeedDocument[]): Promise<void> {
    const { purchases: counts } = this.counts;
    const clerkIds = [...new Set(batch.map(({ clerkId }) => String(clerkId)))];
    const source = this.dryRun ? this.from : this.to;
    const users = await findAll(source, 'users', { clerkId: { $in: clerkIds } });
    const owners = new Map(users.map(({ clerkId, _id }) => [String(clerkId), _id as mongo.ObjectId]));
    const buried = await this.buried(clerkIds);
    const ids = { _id: { $in: batch.map(({ _id }) => _id) } };
    const known = new Set((await findAll(this.to, 'purchases', ids)).map(idOf));
    const found: object[] = [];
    for (const document of batch) {
      const purchase = readPurchase(document);
      const clerkId = String(document['clerkId']);
      const userId = owners.get(clerkId);
      if (purchase === undefined) counts.unreadable++;
      else if (buried.has(clerkId)) await this.archivePurchase(clerkId, purchase);
      else if (userId === undefined) counts.ownerless++;
      else if (known.has(idOf(purchase))) counts.known++;
      else found.push({ ...purchase, userId });
    }
    counts.migrated += found.length;
    if (!this.dryRun) await insertNew(this.to, 'purchases', found);
  }

  /** The seed removed purchases and user at once, in no transaction: some stayed behind. */
  private async archivePurchase(clerkId: string, purchase: SeedPurchase): Promise<void> {
    const { purchases: counts } = this.counts;
    const [archive] = await findAll(this.to, 'deletedUsers', { subjectHash: sha256(clerkId), clerkId });
    const inline = (archive?.['purchases'] ?? []) as { _id: unknown }[];
    const isKnown =
      inline.some((each) => idOf(each) === idOf(purchase)) ||
      (await findAll(this.to, 'deletionPurchases', { _id: purchase._id })).length > 0;
    if (isKnown) counts.known++;
    // A bare tombstone, or a purged archive.
    else if (archive === undefined && !this.dryRun) counts.ownerless++;
    else {
      counts.archived++;
      if (this.dryRun || archive === undefined) return;
      await inTransaction(this.to, async (session) => {
        const document = { ...purchase, archiveId: archive._id };
        await this.to.collection('deletionPurchases').insertOne(document, { session });
        await this.to
          .collection('deletedUsers')
          .updateOne({ _id: archive._id as mongo.ObjectId }, { $inc: { movedPurchases: 1 } }, { session });
      });
    }
  }

  /** Which of these Clerk ids were deleted, by the tombstones here and, before they are here, by the archives there. */
  private async buried(clerkIds: readonly string[], ...only: Connection[]): Promise<Set<string>> {
    const hashes = new Map(clerkIds.map((clerkId) => [sha256(clerkId), clerkId]));
    const here = await findAll(this.to, 'deletedUsers', { subjectHash: { $in: [...hashes.keys()] } });
    const buried = new Set(here.flatMap(({ subjectHash }) => hashes.get(String(subjectHash)) ?? []));
    if (only.length > 0) return buried;
    for (const name of ARCHIVE_COLLECTIONS) {
      const there = await findAll(this.from, name, { clerkId: { $in: clerkIds } });
      for (const { clerkId } of there) buried.add(String(clerkId));
    }
    return buried;
  }

  private async each(collection: string, work: (batch: SeedDocument[]) => Promise<void>): Promise<void> {
    for await (const batch of batchesOf(this.from, collection)) {
      await work(batch);
      await this.options.beat?.();
      this.done += batch.length;
      const share = Math.min(ALMOST, this.done / this.total);
      this.options.onProgress?.(share, `${this.done} of ${this.total} documents read, now ${collection}`);
    }
  }
}

import type { Connection } from 'mongoose';
import { findAll } from './reading.js';
import { sha256 } from './seed-shapes.js';

/**
 * Archives in the old database: mongoose's lower-case plural of the article's model, or the name as
 * written.
 */
export const ARCHIVE_COLLECTIONS = ['deletedusers', 'deletedUsers'];

/** What a migration did; of a dry run, what it would do. `known`: migrated before, left unchanged. */
export interface MigrationCounts {
  archives: { migrated: number; known: number; unreadable: number };
  users: { migrated: number; known: number; deleted: number; unreadable: number; renamed: number };
  countries: { migrated: number; dropped: number };
  edges: { migrated: number; known: number; dropped: number };
  purchases: { migrated: number; archived: number; known: number; ownerless: number; unreadable: number };
}

/** One run of the migration: what all its parts share. */
export interface Run {
  /** The old database: only read. */
  readonly from: Connection;
  readonly to: Connection;
  /** Counts, writes nothing. */
  readonly dryRun: boolean;
  readonly counts: MigrationCounts;
}

export function noCounts(): MigrationCounts {
  return {
    archives: { migrated: 0, known: 0, unreadable: 0 },
    users: { migrated: 0, known: 0, deleted: 0, unreadable: 0, renamed: 0 },
    countries: { migrated: 0, dropped: 0 },
    edges: { migrated: 0, known: 0, dropped: 0 },
    purchases: { migrated: 0, archived: 0, known: 0, ownerless: 0, unreadable: 0 },
  };
}

export async function findTombstoned({ to }: Run, clerkIds: readonly string[]): Promise<Set<string>> {
  const hashes = new Map(clerkIds.map((clerkId) => [sha256(clerkId), clerkId]));
  const tombstones = await findAll(to, 'deletedUsers', { subjectHash: { $in: [...hashes.keys()] } });
  return new Set(tombstones.flatMap(({ subjectHash }) => hashes.get(String(subjectHash)) ?? []));
}

/** Which of these Clerk ids were deleted: by tombstones of the new database and archives of the old one. */
export async function findDeleted(run: Run, clerkIds: readonly string[]): Promise<Set<string>> {
  const deleted = await findTombstoned(run, clerkIds);
  for (const name of ARCHIVE_COLLECTIONS) {
    const archives = await findAll(run.from, name, { clerkId: { $in: clerkIds } });
    for (const { clerkId } of archives) deleted.add(String(clerkId));
  }
  return deleted;
}

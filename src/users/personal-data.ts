import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';

/** The user whose data is exported or erased. */
export interface Person {
  /** The id that every other collection uses. */
  userId: Types.ObjectId;
  clerkId: string;
}

/** A person after the fence: the user is removed, the archive is kept. */
export interface DeletedPerson extends Person {
  /** Also the id of the deletion. */
  archiveId: Types.ObjectId;
}

/** The steps that erase, in the order of the receipt. */
export const ERASURE_STEPS = ['purchases', 'graph', 'traces'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/**
 * Documents that a list of an export reads at a time. An export whose client reads slowly holds this
 * many in memory.
 */
export const EXPORT_BATCH = 500;

/** One erasure step's part for a collection, after the fence. */
export interface ErasureByStep {
  step: ErasureStep;
  /**
   * Removes, moves or renames one batch in the session's transaction, starting after the document
   * `after`. Batches are short: other transactions wait for what this one locks.
   */
  batch: (person: DeletedPerson, session: ClientSession, after: Types.ObjectId | undefined) => Promise<Batch>;
}

/** How a collection holds the data of users: from the creation of a user to the receipt of its deletion. */
export interface PersonalData {
  collection: string;
  /** Inserts the document that every user has, in the transaction that creates the user. */
  creates?: (userId: Types.ObjectId, session: ClientSession) => Promise<void>;
  /**
   * Counts that the user's own profile shows, by their names: MongoDB expressions over the document whose
   * `_id` is the user's.
   */
  counts?: Readonly<Record<string, Record<string, unknown>>>;
  /**
   * The lists of an export by their names, item by item, newest first. Empty: nothing here is the
   * person's own.
   */
  exports: Readonly<Record<string, (person: Person) => AsyncIterable<unknown>>>;
  /**
   * How a deletion erases its documents. `fence`: in the fence's transaction, by
   * `AccountDeletionService`. `archive`: they name the archive, not the user, and are removed with it.
   * Otherwise by a step after the fence.
   */
  erase: 'fence' | 'archive' | ErasureByStep;
  /** Whether any document still refers to the person. Asked last: the receipt states that none does. */
  isLeft: (person: DeletedPerson) => Promise<boolean>;
}

/**
 * All collections that refer to users. The owning service registers its entry in `onModuleInit`. A
 * schema that refers to users without an entry fails the build (test/guarantees/personal-data.e2e.ts).
 */
@Injectable()
export class PersonalDataRegistry {
  private readonly entries = new Map<string, PersonalData>();

  register(entry: PersonalData): void {
    if (this.entries.has(entry.collection)) throw new Error(`${entry.collection} is registered twice`);
    this.entries.set(entry.collection, entry);
  }

  all(): readonly PersonalData[] {
    return [...this.entries.values()];
  }
}

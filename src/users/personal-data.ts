import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';

/** Somebody whose account is deleted, or whose data is exported. */
export interface Person {
  /** The id that every other collection uses. */
  userId: Types.ObjectId;
  clerkId: string;
}

/** A person whose user is gone, and the archive that stays. It shares its id with the deletion. */
export interface DeletedPerson extends Person {
  archiveId: Types.ObjectId;
}

/** The steps that erase, in the order in which a receipt reports them. */
export const ERASURE_STEPS = ['purchases', 'graph', 'traces'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** Documents that a list of an export reads at a time; an export that waits for its caller holds so many. */
export const EXPORT_BATCH = 500;

/** What a collection that refers to users owes them. */
export interface PersonalData {
  /** The name of the collection. */
  collection: string;
  /**
   * Removes, moves or renames one batch in the session's transaction, from behind `after` on; a short one, because others wait for
   * what it locks. Undefined: the fence itself erases it.
   */
  erase?: {
    step: ErasureStep;
    batch: (
      person: DeletedPerson,
      session: ClientSession,
      after: Types.ObjectId | undefined,
    ) => Promise<Batch>;
  };
  /** Whether any document still refers to the person: asked at the end, before the receipt says none does. */
  isLeft: (person: DeletedPerson) => Promise<boolean>;
  /** The lists of an export by their names, item by item, newest first. Empty where it holds nothing of the person's own. */
  exports: Readonly<Record<string, (person: Person) => AsyncIterable<unknown>>>;
}

/**
 * Every collection that refers to users, each registered by the service that owns it while the modules start. A schema
 * that refers to users and isn't here fails the build (test/guarantees/personal-data.spec.ts).
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

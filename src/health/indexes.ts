import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { type MissingIndex, missingIndexes } from '../common/mongodb/missing-indexes.js';

/** How long all indexes are taken to be there still: looking is a command per collection. */
const COMPLETE_MS = 5000;

/** Compares the indexes that the schemas ask for with those that are there. */
@Injectable()
export class Indexes {
  private completeUntil = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** Those that are missing, or were not there within the last seconds. */
  async missing(): Promise<MissingIndex[]> {
    if (performance.now() < this.completeUntil) return [];
    const missing = await missingIndexes(Object.values(this.connection.models));
    if (missing.length === 0) this.completeUntil = performance.now() + COMPLETE_MS;
    return missing;
  }
}

import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { type MissingIndex, missingIndexes } from '../common/mongodb/missing-indexes.js';

/** How long a complete result is reused: a check is one command per collection. */
const COMPLETE_MS = 5000;

/** Compares the indexes of the schemas with those in MongoDB. */
@Injectable()
export class Indexes {
  private completeUntil = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async findMissing(): Promise<MissingIndex[]> {
    if (performance.now() < this.completeUntil) return [];
    const missing = await missingIndexes(Object.values(this.connection.models));
    if (missing.length === 0) this.completeUntil = performance.now() + COMPLETE_MS;
    return missing;
  }
}

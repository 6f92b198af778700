import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { type MissingPrivileges, missingPrivileges } from '../common/mongodb/privileges.js';

/** How long a complete result is reused. */
const COMPLETE_MS = 5000;

/**
 * Whether the database user has all privileges. The start has checked it; roles can be revoked and users
 * dropped later.
 */
@Injectable()
export class Privileges {
  private completeUntil = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async findMissing(): Promise<MissingPrivileges[]> {
    if (performance.now() < this.completeUntil) return [];
    const collections = Object.values(this.connection.models).map(({ collection }) => collection.name);
    const missing = await missingPrivileges(this.connection, collections);
    if (missing.length === 0) this.completeUntil = performance.now() + COMPLETE_MS;
    return missing;
  }
}

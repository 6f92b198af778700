import { Schema } from '@nestjs/mongoose';
import type { SchemaOptions } from 'mongoose';

/**
 * Declares the class of a collection's documents. `migrateSchema` creates collections and indexes before
 * the service starts, so mongoose creates none. Documents have no `__v`: changes are single updates,
 * which mongoose would not count in it.
 */
export function Collection(
  name: string,
  options: Pick<SchemaOptions, 'minimize' | 'timestamps'> = {},
): ClassDecorator {
  return Schema({ ...options, collection: name, versionKey: false, autoIndex: false, autoCreate: false });
}

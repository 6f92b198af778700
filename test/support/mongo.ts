import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';

/** A URI of the run's replica set with a database of its own, so that test files do not see each other's data. */
export function testDatabaseUri(): string {
  const base = process.env['TEST_MONGODB_URI'];
  if (!base) throw new Error('TEST_MONGODB_URI is not set: it comes from test/support/global-setup.ts');
  const uri = new URL(base);
  uri.pathname = `/test-${randomBytes(6).toString('hex')}`;
  return uri.href;
}

/** Removes the database that the URI names. */
export async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    await connection.dropDatabase();
  } finally {
    await connection.close();
  }
}

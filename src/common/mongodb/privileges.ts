import { type Connection, mongo } from 'mongoose';

/** Actions on each collection, including those of future migrations. The role `readWrite` has all of them. */
export const ACTIONS = [
  'find',
  'insert',
  'update',
  'remove',
  'createCollection',
  'listIndexes',
  'createIndex',
  'dropIndex',
] as const;
export type Action = (typeof ACTIONS)[number];

const COMMAND_NOT_FOUND = 59;

export interface MissingPrivileges {
  actions: Action[];
  collections: string[];
}

/** From `connectionStatus`, including inherited roles. An empty name stands for all. */
interface Privilege {
  resource: { db?: string; collection?: string; anyResource?: boolean; cluster?: boolean };
  actions: string[];
}

/**
 * The actions that the connection's database user lacks on these collections; none where MongoDB has no
 * access control. One command if nothing is missing.
 */
export async function missingPrivileges(
  connection: Connection,
  collections: readonly string[],
  actions: readonly Action[] = ACTIONS,
): Promise<MissingPrivileges[]> {
  const database = connection.getClient().db();
  const privileges = await privilegesOf(connection);
  if (privileges === undefined) return [];
  const missing = new Map<string, MissingPrivileges>();
  for (const collection of collections) {
    const lacking = actions.filter(
      (action) => !privileges.some((each) => allows(each, database.databaseName, collection, action)),
    );
    const key = lacking.join();
    const known = missing.get(key)?.collections ?? [];
    if (lacking.length > 0) missing.set(key, { actions: lacking, collections: [...known, collection] });
  }
  if (missing.size > 0 && !(await hasAccessControl(connection, privileges))) return [];
  return [...missing.values()];
}

/** `insert, update on users, follows`, one for each set of actions. */
export function describePrivileges(missing: readonly MissingPrivileges[]): string[] {
  return missing.map(({ actions, collections }) => `${actions.join(', ')} on ${collections.join(', ')}`);
}

/** Undefined when the connection has no user, or the server doesn't know the command. */
async function privilegesOf(connection: Connection): Promise<Privilege[] | undefined> {
  const client = connection.getClient();
  try {
    const { authInfo } = await client.db().command({ connectionStatus: 1, showPrivileges: true });
    const { authenticatedUsers, authenticatedUserPrivileges } = authInfo as {
      authenticatedUsers: unknown[];
      authenticatedUserPrivileges: Privilege[];
    };
    // With credentials in its URI, its user was dropped while the service runs.
    const isAnonymous = authenticatedUsers.length === 0 && client.options.credentials === undefined;
    return isAnonymous ? undefined : authenticatedUserPrivileges;
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === COMMAND_NOT_FOUND) return undefined;
    throw error;
  }
}

function allows({ resource, actions }: Privilege, db: string, collection: string, action: Action): boolean {
  const isAbout =
    resource.anyResource === true ||
    ((resource.db === '' || resource.db === db) &&
      (resource.collection === '' || resource.collection === collection));
  return isAbout && (actions.includes(action) || actions.includes('anyAction'));
}

/**
 * Users have privileges even on a server without access control, which allows every command: a forbidden
 * one is the test.
 */
async function hasAccessControl(connection: Connection, privileges: readonly Privilege[]): Promise<boolean> {
  const probe = 'getCmdLineOpts';
  if (privileges.some(({ actions }) => actions.includes(probe) || actions.includes('anyAction'))) return true;
  try {
    await connection
      .getClient()
      .db('admin')
      .command({ [probe]: 1 });
    return false;
  } catch {
    return true;
  }
}

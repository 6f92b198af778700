import type { ClerkLocal, NewUser, User } from 'clerk-local';

export interface DemoPerson extends NewUser {
  /** Id of the first account. A deleted subject never comes back, so the next account gets another one. */
  id: string;
  /** Also stored in Clerk: finds the person again after the account was deleted. */
  external_id: string;
  about: string;
  wishes: readonly string[];
}

/** Swagger UI and the `curl` line act as the first one, until another one is chosen. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    id: 'user_2demoAmaliaRodrigues000001',
    external_id: 'demo-amalia',
    first_name: 'Amália',
    last_name: 'Reis',
    email_address: ['amalia@example.com'],
    public_metadata: { role: 'admin' },
    about: 'admin',
    wishes: ['IS', 'NZ'],
  },
  {
    id: 'user_2demoBrunoSilva00000000002',
    external_id: 'demo-bruno',
    first_name: 'Bruno',
    last_name: 'Sá',
    email_address: ['bruno@example.com'],
    about: 'has bought things',
    wishes: ['JP', 'PE', 'PT'],
  },
  {
    id: 'user_2demoChiyoTanaka0000000003',
    external_id: 'demo-chiyo',
    first_name: 'Chiyo',
    last_name: 'Tanaka',
    email_address: ['chiyo@example.com'],
    about: 'follows everyone',
    wishes: ['PT'],
  },
  {
    id: 'user_2demoDaliaHaddad0000000004',
    external_id: 'demo-dalia',
    first_name: 'Dalia',
    last_name: 'Haddad',
    email_address: ['dalia@example.com'],
    about: 'private, with follow requests',
    wishes: ['MA', 'NO'],
  },
];

/** A demo person and their current account. */
export interface Living {
  person: DemoPerson;
  clerkId: string;
}

/** Creates the missing accounts of demo people, and returns all in the order of `DEMO_PEOPLE`. */
export async function ensureDemoPeople(clerk: ClerkLocal): Promise<Living[]> {
  const users = clerk.users();
  // A new local Clerk gives them the ids written above.
  const isNew = users.length === 0;
  const living: Living[] = [];
  for (const person of DEMO_PEOPLE) {
    const known = users.find(({ id, external_id }) => id === person.id || external_id === person.external_id);
    const { about: _about, wishes: _wishes, id, ...account } = person;
    const user = known ?? (await clerk.createUser(isNew ? { ...account, id } : account));
    living.push({ person, clerkId: user.id });
  }
  return living;
}

/** The user to act as: the first one who is not banned, otherwise a new one. */
export async function findDemoUser(clerk: ClerkLocal, living: readonly Living[]): Promise<User> {
  const left = living.map(({ clerkId }) => clerk.getUser(clerkId)).find((user) => user?.banned === false);
  return left ?? clerk.createUser({ first_name: 'Demo', email_address: [`demo-${Date.now()}@example.com`] });
}

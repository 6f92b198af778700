import type { ClerkLocal, NewUser, User } from 'clerk-local';

/** One of the people of local mode. */
export interface DemoPerson extends NewUser {
  /** Of the first account; once it is deleted, the next one gets another, because a deleted subject never comes back. */
  id: string;
  /** In Clerk too: by it the person is found again, whatever became of the account. */
  external_id: string;
  /** For who reads the banner. */
  about: string;
  wishes: readonly string[];
}

/** The first one is whom Swagger UI and the `curl` line act as, until somebody else is chosen. */
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
    about: 'follows everybody',
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

/** A demo person with the account that is theirs now. */
export interface Living {
  person: DemoPerson;
  clerkId: string;
}

/** Makes the accounts of demo people who have none, and returns all of them in their order. */
export async function ensureDemoPeople(clerk: ClerkLocal): Promise<Living[]> {
  const users = clerk.users();
  // On a new Clerk they get the ids that are written above.
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

/** Whom to act as: the first who is not banned. When all are, there is a new one. */
export async function findDemoUser(clerk: ClerkLocal, living: readonly Living[]): Promise<User> {
  const left = living.map(({ clerkId }) => clerk.getUser(clerkId)).find((user) => user?.banned === false);
  return left ?? clerk.createUser({ first_name: 'Demo', email_address: [`demo-${Date.now()}@example.com`] });
}

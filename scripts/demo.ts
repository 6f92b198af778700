import type { ClerkLocal, NewUser } from 'clerk-local';

/** The people of local mode. The first one is whom Swagger UI and the `curl` line act as. */
export const demoUsers: readonly (NewUser & { id: string })[] = [
  {
    id: 'user_2demoAmaliaRodrigues000001',
    first_name: 'Amália',
    last_name: 'Reis',
    email_address: ['amalia@example.com'],
    public_metadata: { role: 'admin' },
  },
  {
    id: 'user_2demoBrunoSilva00000000002',
    first_name: 'Bruno',
    last_name: 'Sá',
    email_address: ['bruno@example.com'],
  },
  {
    id: 'user_2demoChiyoTanaka0000000003',
    first_name: 'Chiyo',
    last_name: 'Tanaka',
    email_address: ['chiyo@example.com'],
  },
];

/**
 * Whom to act as: the first demo user that is neither deleted nor banned. Deleted ones stay deleted, here as in the API,
 * so when none is left there is a new one.
 */
export async function findDemoUser(clerk: ClerkLocal): Promise<{ id: string }> {
  const left = demoUsers.find(({ id }) => isUsable(clerk, id));
  return left ?? clerk.createUser({ first_name: 'Demo', email_address: [`demo-${Date.now()}@example.com`] });
}

/** Neither deleted nor banned. */
function isUsable(clerk: ClerkLocal, id: string): boolean {
  return clerk.getUser(id)?.banned === false;
}

const WISHES: readonly (readonly string[])[] = [['IS', 'NZ'], ['JP', 'PE', 'PT'], ['PT']];

/** Gives the demo users something to look at, through the API like any app: wishes, and everybody follows everybody. */
export async function seedDemoData(apiUrl: string, clerk: ClerkLocal): Promise<void> {
  const left = demoUsers
    .map(({ id }, index) => ({ id, wishes: WISHES[index] ?? [] }))
    .filter(({ id }) => isUsable(clerk, id));
  const people = await Promise.all(
    left.map(async ({ id, wishes }) => {
      const call = caller(apiUrl, await clerk.mintToken(id));
      const { id: userId } = (await call('GET', '/users/me')) as { id: string };
      return { userId, call, wishes };
    }),
  );
  for (const { userId, call, wishes } of people) {
    for (const code of wishes) await call('PUT', `/users/me/wishlist/${code}`);
    for (const other of people) {
      if (other.userId !== userId) await call('PUT', `/users/me/following/${other.userId}`);
    }
  }
}

function caller(apiUrl: string, token: string) {
  return async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(`${apiUrl}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`Demo data: ${method} ${path} was answered with ${response.status}`);
    return response.json();
  };
}

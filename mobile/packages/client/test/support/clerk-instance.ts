/** An instance of clerk-local by its HTTP routes. */
export interface ClerkInstance {
  publishableKey: string;
  proxyUrl: string;
  secretKey: string;
  /** Calls the Backend API or `/_local`. @returns the answer's body */
  call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  createUser: (email: string, password: string) => Promise<{ id: string }>;
  /** The e-mails and codes that were sent, newest first. */
  mails: () => Promise<{ to: string; code: string }[]>;
}

/** @param secretKey of an instance; by default of a new one that no other test has */
export async function newInstance(
  clerkUrl: string,
  secretKey = `sk_test_local_${crypto.randomUUID()}`,
): Promise<ClerkInstance> {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(clerkUrl + path, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const keys = (await call('GET', '/_local/instance')) as Pick<ClerkInstance, 'publishableKey' | 'proxyUrl'>;
  return {
    ...keys,
    secretKey,
    call,
    createUser: (email, password) =>
      call('POST', '/v1/users', {
        email_address: [email],
        password,
      }) as Promise<{ id: string }>,
    mails: async () => {
      const { items } = (await call('GET', '/_local/mails')) as { items: { to: string; code: string }[] };
      return items;
    },
  };
}

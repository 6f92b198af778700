import type { SignInToken } from './store/token-records.ts';
import type { User } from './store/user-json.ts';

/** What is used of Playwright's `Page`; the expressions run in the page. */
export interface ClerkPage {
  waitForFunction(expression: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

export interface SignInOptions {
  /** It has loaded clerk-js, or is about to. */
  page: ClerkPage;
  emailAddress: string;
  /** Default: CLERK_API_URL. */
  apiUrl?: string | undefined;
  /** Default: CLERK_SECRET_KEY. */
  secretKey?: string | undefined;
}

/**
 * `clerk.signIn({ page, emailAddress })` of `@clerk/testing`, which asks Clerk's own servers for the user,
 * whatever CLERK_API_URL says: this one asks the local Clerk. It signs in by a ticket, without a password.
 * @throws when there is no such user, or the sign-in is not complete: it needs a second factor, say
 */
export async function signIn(options: SignInOptions): Promise<void> {
  const { page, emailAddress } = options;
  const backend = backendApi(options);
  const [user] = await backend<User[]>(`/users?email_address=${encodeURIComponent(emailAddress)}`);
  if (!user) throw new Error(`No user found with email: ${emailAddress}`);
  const { token } = await backend<SignInToken>('/sign_in_tokens', { user_id: user.id });

  await page.waitForFunction('window.Clerk?.loaded');
  await page.evaluate(`(async () => {
    const { client, setActive } = window.Clerk;
    const { status, createdSessionId } = await client.signIn.create(
      ${JSON.stringify({ strategy: 'ticket', ticket: token })},
    );
    if (status !== 'complete') throw new Error('The sign-in is not complete: ' + status);
    await setActive({ session: createdSessionId });
  })()`);
}

function backendApi({
  apiUrl = process.env['CLERK_API_URL'],
  secretKey = process.env['CLERK_SECRET_KEY'],
}: SignInOptions) {
  if (!apiUrl || !secretKey) throw new Error('signIn needs CLERK_API_URL and CLERK_SECRET_KEY');
  return async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(`${apiUrl}/v1${path}`, {
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${apiUrl}/v1${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
}

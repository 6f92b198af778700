import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { ClerkLocal } from 'clerk-local';
import type { DemoPerson, Living } from './demo-people.ts';

/** What was created already; the file is in the folder of its database. */
interface Made {
  /** Accounts whose wishes and follows were created. */
  clerkIds: string[];
  /** The archive and the dead letter. */
  extras: boolean;
}

interface Member {
  person: DemoPerson;
  clerkId: string;
  userId: string;
  call: (method: string, path: string, body?: object) => Promise<unknown>;
}

/**
 * Creates demo data through the API and Clerk's webhooks, as an app would: wishes, follows, a private
 * account with requests, purchases, the archive of a deleted account, a dead letter. Each account gets it
 * once: what a user removes stays removed.
 * @param file records what was created
 */
export async function makeDemoData(
  apiUrl: string,
  clerk: ClerkLocal,
  living: readonly Living[],
  file: string,
): Promise<void> {
  const made = await readMade(file);
  const members = (await Promise.all(living.map((each) => join(apiUrl, clerk, each)))).filter(
    (member) => member !== undefined,
  );
  const isNew = ({ clerkId }: Member) => !made.clerkIds.includes(clerkId);
  for (const member of members.filter(isNew)) await settle(clerk, member);
  for (const member of members) {
    for (const other of members)
      if (member !== other && (isNew(member) || isNew(other))) await follow(member, other);
  }
  if (!made.extras) {
    await leaveArchive(apiUrl, clerk);
    // Clerk's schema allows the event without an id; it deletes no account.
    await clerk.deliverWebhook({ type: 'user.deleted', data: { object: 'user', deleted: true } });
  }
  const clerkIds = [...made.clerkIds, ...members.filter(isNew).map(({ clerkId }) => clerkId)];
  await writeFile(file, `${JSON.stringify({ clerkIds, extras: true } satisfies Made)}\n`);
}

async function readMade(file: string): Promise<Made> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? { clerkIds: [], extras: false } : (JSON.parse(text) as Made);
}

/** The first request creates the user. Undefined when banned, or while the account's deletion runs. */
async function join(
  apiUrl: string,
  clerk: ClerkLocal,
  { person, clerkId }: Living,
): Promise<Member | undefined> {
  const token = await clerk.mintToken(clerkId);
  const call: Member['call'] = async (method, path, body) => {
    const response = await fetch(`${apiUrl}/api/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if ((response.status === 401 || response.status === 403) && path === '/users/me') return undefined;
    if (!response.ok) throw new Error(`Demo data: ${method} ${path} was answered with ${response.status}`);
    return response.status === 204 ? undefined : response.json();
  };
  const me = (await call('GET', '/users/me')) as { id: string } | undefined;
  return me === undefined ? undefined : { person, clerkId, userId: me.id, call };
}

/** Creates what concerns one person only. */
async function settle(clerk: ClerkLocal, { person, clerkId, call }: Member): Promise<void> {
  if (isPrivate(person)) await call('PATCH', '/users/me', { visibility: 'private' });
  for (const code of person.wishes) await call('PUT', `/users/me/wishlist/${code}`);
  if (person.external_id !== 'demo-bruno') return;
  await pay(clerk, clerkId, { item: 'eSIM Japan, 10 GB', amount: 1900, status: 'paid' });
  await pay(clerk, clerkId, { item: 'Rail pass', amount: 21_500, status: 'pending' });
}

/** Everyone follows everyone. The private account accepts the admin only; the other requests stay pending. */
async function follow(member: Member, other: Member): Promise<void> {
  if (isPrivate(member.person) && !isAdmin(other.person)) return;
  const { state } = (await member.call('PUT', `/users/me/following/${other.userId}`)) as { state: string };
  if (state === 'requested' && isAdmin(member.person))
    await other.call('PUT', `/users/me/follow-requests/${member.userId}`);
}

/** A user who bought something and deleted the account: its archive is what admins see. */
async function leaveArchive(apiUrl: string, clerk: ClerkLocal): Promise<void> {
  const account = { first_name: 'Emil', last_name: 'Novak', email_address: ['emil@example.com'] };
  const { id: clerkId } = await clerk.createUser(account);
  const person: DemoPerson = {
    ...account,
    id: clerkId,
    external_id: 'demo-emil',
    about: 'has left',
    wishes: [],
  };
  const member = await join(apiUrl, clerk, { person, clerkId });
  if (member === undefined) return;
  await pay(clerk, clerkId, { item: 'eSIM Portugal, 5 GB', amount: 900, status: 'paid' });
  await member.call('DELETE', '/users/me');
}

/** A payment event of Clerk Billing. */
async function pay(
  clerk: ClerkLocal,
  clerkId: string,
  { item, amount, status }: { item: string; amount: number; status: 'paid' | 'pending' },
): Promise<void> {
  const now = Date.now();
  const answer = await clerk.deliverWebhook({
    type: 'paymentAttempt.updated',
    data: {
      id: `pa_${randomUUID()}`,
      status,
      created_at: now,
      updated_at: now,
      paid_at: status === 'paid' ? now : null,
      payer: { user_id: clerkId },
      totals: { grand_total: { amount, currency: 'EUR' } },
      subscription_items: [{ plan: { name: item } }],
    },
  });
  if (answer.status !== 200) throw new Error(`Demo data: a payment was answered with ${answer.status}`);
}

function isPrivate({ external_id }: DemoPerson): boolean {
  return external_id === 'demo-dalia';
}

function isAdmin({ public_metadata }: DemoPerson): boolean {
  return public_metadata?.['role'] === 'admin';
}

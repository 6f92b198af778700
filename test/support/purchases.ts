import { expect } from '@jest/globals';
import { type Connection, Types } from 'mongoose';
import { allItems } from './pages.js';
import { snapshot } from './snapshot.js';
import type { Joined, Person, TestApp } from './test-app.js';

/** As the API shows it. */
export interface Purchase {
  id: string;
  item: string;
  amount: number;
  currency: string;
  status: string;
  purchasedAt: string | null;
  refundedAt: string | null;
}

/** Where a purchase is stored: with its user, in the archive of a deleted user, or (the oldest) beside it. */
export const PLACES = ['with its user', 'in an archive', 'beside an archive'] as const;
export type Place = (typeof PLACES)[number];

const INLINE_PURCHASES = 500;

/** Straight into the database: as many purchases as years would bring, newer than what is there. */
export async function buyMore(api: TestApp, { id }: { id: string }, count: number): Promise<void> {
  const purchases = Array.from({ length: count }, (_, index) => ({
    _id: new Types.ObjectId(),
    userId: new Types.ObjectId(id),
    item: 'eSIM',
    amount: index,
    currency: 'EUR',
    status: 'pending',
    purchasedAt: null,
    refundedAt: null,
  }));
  await api.db.collection('purchases').insertMany(purchases);
}

/** As many purchases as an archive holds: what the person has bought before goes beside it. */
export function fillArchive(api: TestApp, person: { id: string }): Promise<void> {
  return buyMore(api, person, INLINE_PURCHASES);
}

/** Deletes the person's account where needed, so that their one purchase lies there. */
export async function bringTo(place: Place, api: TestApp, person: Joined): Promise<void> {
  if (place === 'with its user') return;
  if (place === 'beside an archive') await fillArchive(api, person);
  await person.call(202, 'DELETE', '/users/me');
  await api.deletionOf(person);
}

/** What Clerk Billing says of a person's payment. */
export async function deliverPayment(
  api: TestApp,
  clerkId: string,
  status: 'pending' | 'paid' | 'failed' | 'refunded',
  updatedAt: number,
): Promise<void> {
  const response = await api.clerk.deliverWebhook({
    type: 'paymentAttempt.updated',
    data: {
      id: `pa_${clerkId.slice('user_'.length)}`,
      status,
      created_at: updatedAt,
      updated_at: updatedAt,
      paid_at: status === 'paid' ? updatedAt : null,
      payer: { user_id: clerkId },
      totals: { grand_total: { amount: 990, currency: 'EUR' } },
      subscription_items: [{ plan: { name: 'Explorer' } }],
    },
  });
  if (response.status !== 200) throw new Error(`The payment was answered with ${response.status}`);
}

/** A purchase as the database has it, wherever it lies. */
export async function storedPurchase(
  api: TestApp,
  id: string,
): Promise<{ place: Place; purchase: Record<string, unknown> }> {
  const _id = new Types.ObjectId(id);
  const own = await api.db.collection('purchases').findOne({ _id });
  const archive = await api.db.collection('deletedUsers').findOne({ 'purchases._id': _id });
  const inline = (archive?.['purchases'] as { _id: Types.ObjectId }[] | undefined)?.find((each) =>
    each._id.equals(_id),
  );
  const moved = await api.db.collection('deletionPurchases').findOne({ _id });
  const found = [own, inline, moved].flatMap((purchase, index) => {
    const place = PLACES[index];
    return purchase && place !== undefined ? { place, purchase } : [];
  });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${id} lies in ${found.length} places`);
  return only;
}

/** All purchases of a deleted account as an admin sees them, and its archive's id. */
export async function archivedPurchases(
  admin: Person,
  { clerkId }: { clerkId: string },
): Promise<{ id: string; purchases: Purchase[] }> {
  const { items } = await admin.get<{ items: { id: string }[] }>(`/admin/deleted-users?clerkId=${clerkId}`);
  const id = items[0]?.id ?? 'none';
  return { id, purchases: await allItems<Purchase>(admin, `/admin/deleted-users/${id}/purchases?limit=100`) };
}

/** Checks that `work` leaves the whole database unchanged. */
export async function expectUnchanged(db: Connection, work: () => Promise<unknown>): Promise<void> {
  const before = await snapshot(db);
  await work();
  expect(await snapshot(db)).toEqual(before);
}

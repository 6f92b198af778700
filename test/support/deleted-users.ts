import { Types } from 'mongoose';
import type { Joined, TestApp } from './test-app.js';
import { userDeletedEvent } from './events.js';

/** A deleted user as admins read it. */
export interface DeletedUser {
  id: string;
  clerkId: string | null;
  state: string;
  userData: Record<string, unknown> | null;
  purchases: { id: string }[];
  purchasesCount: number;
  notes: string | null;
  legalHold: boolean;
  purgeAt: string | null;
  purgedAt: string | null;
}

/** The path of a deleted user, or of what is below it. */
export const deletedUserPath = (id: string, below = '') => `/admin/deleted-users/${id}${below}`;

/** A purchase as it is stored, without its owner. */
export const newPurchase = (amount: number) => ({
  _id: new Types.ObjectId(),
  item: 'eSIM',
  amount,
  currency: 'EUR',
  status: 'paid',
  purchasedAt: new Date(),
  refundedAt: null,
});

/** A user who bought `purchases` things and deleted the account. `id` is that of the archive. */
export async function deletedUser(api: TestApp, { email = '', purchases = 0 } = {}): Promise<Joined> {
  const person = await api.join(email === '' ? {} : { email_address: [email] });
  const userId = new Types.ObjectId(person.id);
  const bought = Array.from({ length: purchases }, (_, index) => ({ ...newPurchase(index), userId }));
  if (bought.length > 0) await api.db.collection('purchases').insertMany(bought);
  await person.call(202, 'DELETE', '/users/me');
  const { _id } = await api.deletionOf(person);
  return Object.assign(person, { id: String(_id) });
}

/** The id of the tombstone of a subject that never had a user here. */
export async function tombstone(api: TestApp): Promise<string> {
  const clerkId = `user_${String(new Types.ObjectId())}`;
  await api.clerk.deliverWebhook(userDeletedEvent({ clerkId }));
  const newest = await api.db.collection('deletedUsers').find().sort({ _id: -1 }).limit(1).toArray();
  return String(newest[0]?._id);
}

/** Purges an archive, as an admin. */
export const purge = (admin: Joined, id: string) =>
  admin.call<DeletedUser>(200, 'POST', deletedUserPath(id, '/purge'));

/** Action and details of the audit events about a target, or about none, oldest first. */
export async function auditOf(api: TestApp, targetId: string | null): Promise<[string, object][]> {
  const filter = targetId === null ? { target: null } : { 'target.id': targetId };
  const rows = await api.db.collection('auditEvents').find(filter).sort({ _id: 1 }).toArray();
  return rows.map(({ action, details }) => [action as string, (details ?? {}) as object]);
}

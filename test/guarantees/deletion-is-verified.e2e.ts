import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { collectionsWith } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ DELETION_VERIFY_AFTER_MS: '1500' });
});
afterAll(() => api.close());

it('what a request in flight left behind all steps is found before the receipt, and erased', async () => {
  const [ann, bob] = [await api.join(), await api.join()];
  const deletions = api.db.collection('deletions').watch([], { maxAwaitTimeMS: 20 });
  await deletions.tryNext();
  const { receiptUrl } = await ann.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
  for (;;) if (JSON.stringify(await deletions.next()).includes('done.traces')) break;
  await deletions.close();
  const receipt = () => api.anonymous.get(receiptUrl.replace('/api/v2', ''));
  expect(await receipt()).toMatchObject({ state: 'traces_erased', statement: null });

  // No request can do this: it would write the user's document, which is gone. A bug could.
  await api.db.collection('follows').insertOne({
    followerId: new Types.ObjectId(bob.id),
    followeeId: new Types.ObjectId(ann.id),
    state: 'following',
  });
  await api.db
    .collection('users')
    .updateOne({ _id: new Types.ObjectId(bob.id) }, { $inc: { followingCount: 1 } });
  await api.deletionOf(ann);
  expect(await collectionsWith(api.db, ann.id)).toEqual([]);
  expect(await bob.get('/users/me')).toMatchObject({ followingCount: 0 });
  expect(await receipt()).toMatchObject({ state: 'completed', erased: { follows: 1 } });
  const { body: metrics } = await api.anonymous.request('GET', '//metrics');
  expect(metrics).toMatch(/^deletion_leftovers_total 1$/m);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { sets, watchFor } from '../support/changes.js';
import { metricOf } from '../support/metrics.js';
import { collectionsWith } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ DELETION_VERIFY_AFTER_MS: '1500' });
});
afterAll(() => api.close());

it('a document that a request writes after all steps is found before the receipt is signed, and erased', async () => {
  const [ann, bob] = [await api.join(), await api.join()];
  const lastStepDone = await watchFor(api.db.collection('deletions'), sets('done.traces'));
  const { receiptUrl } = await ann.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
  await lastStepDone();
  const receipt = () => api.anonymous.get(receiptUrl.replace('/api/v2', ''));
  expect(await receipt()).toMatchObject({ state: 'traces_erased', statement: null });

  // Only a bug could do this: a request also writes the user's document, which is gone.
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
  expect(await metricOf(api.anonymous.url, 'deletion_leftovers_total')).toBe(1);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

describe('DELETE /users/me', () => {
  it('202, then 401 everywhere; asked again, the same 202', async () => {
    const ann = await api.join();
    const first = await ann.call(202, 'DELETE', '/users/me');
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    const again = await ann.call(202, 'DELETE', '/users/me');
    expect(again).toMatchObject({ id: first['id'], receiptUrl: first['receiptUrl'] });
    await api.deletionOf(ann);
    console.log(await api.anonymous.get(`/${String(first['receiptUrl'])}`));
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient } from './support/api-client.js';
import { startTestApp, type TestApp } from './support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

it('a revoked session is refused at once on every instance, though its token lives on; others go on', async () => {
  const otherUrl = await api.secondInstance();
  const { clerkId } = await api.join();
  const [lost, kept] = [await api.clerk.createSession(clerkId), await api.clerk.createSession(clerkId)];
  const tokens = await Promise.all(
    [lost, kept].map(({ id }) => api.clerk.mintToken(clerkId, { sessionId: id })),
  );
  const clients = tokens.map((token) =>
    [api.anonymous.url, otherUrl].map((url) => new ApiClient(url, `Bearer ${token}`)),
  );
  for (const client of clients.flat()) await client.get('/users/me');

  await api.clerk.revokeSession(lost.id);
  await api.clerk.idle();
  for (const client of clients[0] ?? [])
    expect(await client.problem('GET', '/users/me')).toBe('401 session_revoked');
  for (const client of clients[1] ?? []) await client.get('/users/me');
});

it.each(['session.ended', 'session.removed', 'session.revoked'])(
  '%s revokes; repeats are kept once',
  async (type) => {
    const person = await api.join();
    const sid = (
      JSON.parse(Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
    ).sid;
    for (let repeat = 0; repeat < 3; repeat++) {
      await api.clerk.deliverWebhook({ type, data: { object: 'session', id: sid, user_id: person.clerkId } });
    }
    expect(await person.problem('GET', '/users/me')).toBe('401 session_revoked');
    expect((await api.userOf(person))['revokedSessions']).toEqual([{ sid, until: expect.any(Date) }]);
  },
);

it('what ended by itself is forgotten with the next revocation', async () => {
  const person = await api.join();
  await api.db
    .collection('users')
    .updateOne(
      { clerkId: person.clerkId },
      { $set: { revokedSessions: [{ sid: 'sess_old', until: new Date(0) }] } },
    );
  await api.clerk.deliverWebhook({
    type: 'session.ended',
    data: { id: 'sess_new', user_id: person.clerkId },
  });
  expect((await api.userOf(person))['revokedSessions']).toEqual([
    { sid: 'sess_new', until: expect.any(Date) },
  ]);
});

it('an operator of MongoDB as a session id is text', async () => {
  const person = await api.join();
  const data = { id: '$clerkId', user_id: person.clerkId };
  await api.clerk.deliverWebhook({ type: 'session.ended', data });
  expect((await api.userOf(person))['revokedSessions']).toMatchObject([{ sid: '$clerkId' }]);
});

it('a session that ended before the first request of its subject is refused at that request', async () => {
  const ann = await api.signUp();
  const [, claims = ''] = ann.token.split('.');
  const { sid } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: string };
  const data = { id: sid, user_id: ann.clerkId };
  expect((await api.clerk.deliverWebhook({ type: 'session.ended', data })).status).toBe(200);
  expect(await ann.problem('GET', '/users/me')).toBe('401 session_revoked');
  await api.withToken(await api.clerk.mintToken(ann.clerkId)).get('/users/me');
});

it('a user from before there were revocations is served, and its sessions can be revoked', async () => {
  const ann = await api.join();
  await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $unset: { revokedSessions: 1 } });
  await ann.get('/users/me');
  const data = { id: 'sess_old', user_id: ann.clerkId };
  expect((await api.clerk.deliverWebhook({ type: 'session.ended', data })).status).toBe(200);
  expect((await api.userOf(ann))['revokedSessions']).toMatchObject([{ sid: 'sess_old' }]);
});

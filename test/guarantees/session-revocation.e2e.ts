import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { sessionIdOf } from '../support/tokens.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

it('a revoked session is refused at once on every instance, although its token is valid; other sessions are not', async () => {
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
  '%s revokes the session; repeats are stored once',
  async (type) => {
    const person = await api.join();
    const sid = sessionIdOf(person.token);
    for (let repeat = 0; repeat < 3; repeat++) {
      await api.clerk.deliverWebhook({ type, data: { object: 'session', id: sid, user_id: person.clerkId } });
    }
    expect(await person.problem('GET', '/users/me')).toBe('401 session_revoked');
    expect((await api.userOf(person))['revokedSessions']).toEqual([{ sid, until: expect.any(Date) }]);
  },
);

it('the next revocation removes sessions that have expired', async () => {
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

it('a session id that looks like an operator of MongoDB is stored as text', async () => {
  const person = await api.join();
  const data = { id: '$clerkId', user_id: person.clerkId };
  await api.clerk.deliverWebhook({ type: 'session.ended', data });
  expect((await api.userOf(person))['revokedSessions']).toMatchObject([{ sid: '$clerkId' }]);
});

it('a session that ended before the first request of its subject is refused at that request', async () => {
  const ann = await api.signUp();
  const data = { id: sessionIdOf(ann.token), user_id: ann.clerkId };
  expect((await api.clerk.deliverWebhook({ type: 'session.ended', data })).status).toBe(200);
  expect(await ann.problem('GET', '/users/me')).toBe('401 session_revoked');
  await api.withToken(await api.clerk.mintToken(ann.clerkId)).get('/users/me');
});

it('a user from before the field existed is served, and its sessions can be revoked', async () => {
  const ann = await api.join();
  await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $unset: { revokedSessions: 1 } });
  await ann.get('/users/me');
  const data = { id: 'sess_old', user_id: ann.clerkId };
  expect((await api.clerk.deliverWebhook({ type: 'session.ended', data })).status).toBe(200);
  expect((await api.userOf(ann))['revokedSessions']).toMatchObject([{ sid: 'sess_old' }]);
});

describe('many ended sessions of one user', () => {
  const end = (person: { clerkId: string }, sid: string) =>
    api.clerk.deliverWebhook({ type: 'session.ended', data: { id: sid, user_id: person.clerkId } });
  /** A token issued `seconds` after this second, by Clerk's clock. */
  const issued = (person: { clerkId: string }, seconds: number, sessionId = 'sess_living') => {
    const iat = Math.floor(Date.now() / 1000) + seconds;
    const claims = { iat, nbf: iat - 10, exp: iat + 3600 };
    return api.clerk.mintToken(person.clerkId, { sessionId, claims });
  };

  it('at most 100 are stored; the next one replaces them by one time, and no ended session is accepted again', async () => {
    const person = await api.join();
    const old = await Promise.all(
      Array.from({ length: 101 }, (_, index) => issued(person, -1, `sess_${index}`)),
    );
    const living = await issued(person, -1);
    for (let index = 0; index < 100; index++) await end(person, `sess_${index}`);
    // A repeat is not another session.
    await end(person, 'sess_0');
    const full = await api.userOf(person);
    expect(full['revokedSessions']).toHaveLength(100);
    expect(full['tokensFrom']).toBeUndefined();
    await api.withToken(living).get('/users/me');

    await end(person, 'sess_100');
    const { revokedSessions, tokensFrom } = await api.userOf(person);
    expect([revokedSessions, tokensFrom]).toEqual([[], expect.any(Date)]);
    for (const token of old)
      expect(await api.withToken(token).problem('GET', '/users/me')).toBe('401 token_expired');
    expect(await api.withToken(living).problem('GET', '/users/me')).toBe('401 token_expired');
    // An active session gets an accepted token from the next second on.
    await api.withToken(await issued(person, 1)).get('/users/me');
    await end(person, 'sess_living');
    expect(await api.withToken(await issued(person, 1)).problem('GET', '/users/me')).toBe(
      '401 session_revoked',
    );
  });

  it('tokens of the same second are refused, those of the next second are not', async () => {
    const person = await api.join();
    const second = Math.floor(Date.now() / 1000);
    await api.db
      .collection('users')
      .updateOne({ clerkId: person.clerkId }, { $set: { tokensFrom: new Date(second * 1000 + 1) } });
    const tokenOf = (iat: number) =>
      api.clerk.mintToken(person.clerkId, { claims: { iat, nbf: iat - 10, exp: iat + 3600 } });
    expect(await api.withToken(await tokenOf(second)).problem('GET', '/users/me')).toBe('401 token_expired');
    await api.withToken(await tokenOf(second + 1)).get('/users/me');
  });

  it('more than 100 from before the limit are replaced by the next one', async () => {
    const person = await api.join();
    const until = new Date(Date.now() + 60 * 60_000);
    const piled = Array.from({ length: 5000 }, (_, index) => ({ sid: `sess_${index}`, until }));
    await api.db
      .collection('users')
      .updateOne({ clerkId: person.clerkId }, { $set: { revokedSessions: piled } });
    await end(person, 'sess_new');
    expect((await api.userOf(person))['revokedSessions']).toEqual([]);
    expect(await person.problem('GET', '/users/me')).toBe('401 token_expired');
  });

  it('several at once around the limit: each of them is refused, in any order', async () => {
    const person = await api.join();
    const until = new Date(Date.now() + 60 * 60_000);
    const kept = Array.from({ length: 95 }, (_, index) => ({ sid: `sess_kept${index}`, until }));
    await api.db
      .collection('users')
      .updateOne({ clerkId: person.clerkId }, { $set: { revokedSessions: kept } });
    const sids = Array.from({ length: 10 }, (_, index) => `sess_${index}`);
    const tokens = await Promise.all(sids.map((sid) => issued(person, -1, sid)));
    const answers = await Promise.all(sids.map((sid) => end(person, sid)));
    expect(answers.map(({ status }) => status)).toEqual(sids.map(() => 200));
    for (const token of tokens)
      expect(await api.withToken(token).problem('GET', '/users/me')).toMatch(
        /^401 (session_revoked|token_expired)$/,
      );
    const user = await api.userOf(person);
    expect(user['tokensFrom']).toEqual(expect.any(Date));
    expect((user['revokedSessions'] as unknown[]).length).toBeLessThan(10);
  });

  it('the time is in the export and not in the archive', async () => {
    const person = await api.join();
    const tokensFrom = new Date(0);
    await api.db.collection('users').updateOne({ clerkId: person.clerkId }, { $set: { tokensFrom } });
    expect(await person.get('/users/me/export')).toMatchObject({
      account: { tokensFrom: tokensFrom.toISOString() },
    });
    await person.call(202, 'DELETE', '/users/me');
    const { _id } = await api.deletionOf(person);
    const archive = await api.db.collection('deletedUsers').findOne({ _id });
    expect(archive?.['userData']).toMatchObject({ clerkId: person.clerkId });
    expect(archive?.['userData']).not.toHaveProperty('tokensFrom');
  });
});

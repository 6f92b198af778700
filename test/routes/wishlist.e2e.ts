import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allPages, type Page, walkPages } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface Item {
  countryCode: string;
  addedAt: string;
}

let api: TestApp;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp();
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

describe('PUT /users/me/wishlist/{countryCode}', () => {
  it('201 when new, without a body', async () => {
    const item = await ann.call(201, 'PUT', '/users/me/wishlist/JP');
    expect(item).toMatchObject({
      countryCode: 'JP',
      name: 'Japan',
      note: '',
      priority: null,
      visited: false,
    });
    expect(await ann.get<Page<Item>>('/users/me/wishlist')).toEqual({ items: [item], nextCursor: null });
  });

  it('201 when new, with every field, for a code in any case, in the requested language', async () => {
    const body = { note: 'Fjords', priority: 1, visited: true };
    const headers = { 'accept-language': 'de-AT;q=0.8, xx, pt;q=0.1' };
    const item = await ann.call(201, 'PUT', '/users/me/wishlist/no', { body, headers });
    expect(item).toMatchObject({ countryCode: 'NO', name: 'Norwegen', ...body });
  });

  it('200 when known: keeps its place, and changes the given fields', async () => {
    const first = await ann.call(201, 'PUT', '/users/me/wishlist/JP', {
      body: { note: 'Kyoto', priority: 2 },
    });
    const second = await ann.call(200, 'PUT', '/users/me/wishlist/JP', {
      body: { priority: null, visited: true },
    });
    expect(second).toEqual({ ...first, priority: null, visited: true });
    expect(await ann.call(200, 'PUT', '/users/me/wishlist/JP')).toEqual(second);
    expect(await ann.call(200, 'PUT', '/users/me/wishlist/JP', { body: '' })).toEqual(second);
  });

  it('one 201 among 20 concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ann.request('PUT', '/users/me/wishlist/IT')),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect((await ann.get<Page<Item>>('/users/me/wishlist')).items).toHaveLength(1);
  });

  it('400 validation_failed', async () => {
    for (const body of [
      { priority: 6 },
      { priority: '1' },
      { note: 'x'.repeat(501) },
      { visited: null },
      { colour: 1 },
      [],
      'null',
    ]) {
      expect(await ann.problem('PUT', '/users/me/wishlist/JP', { body })).toBe('400 validation_failed');
    }
    expect((await ann.get<Page<Item>>('/users/me/wishlist')).items).toEqual([]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('PUT', '/users/me/wishlist/JP')).toBe('401 unauthenticated');
  });

  it('401 account_deleted, without a wishlist, when the user is deleted just before the write', async () => {
    // The state that a request finds when the fence commits between its read of the user and its write.
    await api.db.collection('wishlists').deleteOne({ _id: (await api.userOf(ann))._id });
    expect(await ann.problem('PUT', '/users/me/wishlist/JP')).toBe('401 account_deleted');
    expect(await api.db.collection('wishlists').findOne({ _id: (await api.userOf(ann))._id })).toBeNull();
  });

  it('413 and 415', async () => {
    const large = { body: { note: 'x'.repeat(110_000) } };
    expect(await ann.problem('PUT', '/users/me/wishlist/JP', large)).toBe('413 payload_too_large');
    const xml = { body: '<note/>', headers: { 'content-type': 'application/xml' } };
    expect(await ann.problem('PUT', '/users/me/wishlist/JP', xml)).toBe('415 unsupported_media_type');
  });

  it('422 unknown_country', async () => {
    for (const code of ['ZZ', '%C3%9F', 'JPN', 'J', '%00', 'toString', 'x'.repeat(300)]) {
      expect(await ann.problem('PUT', `/users/me/wishlist/${code}`)).toBe('422 unknown_country');
    }
  });
});

describe('DELETE /users/me/wishlist/{countryCode}', () => {
  it('204, also on repeat', async () => {
    await ann.call(201, 'PUT', '/users/me/wishlist/JP');
    await ann.call(204, 'DELETE', '/users/me/wishlist/JP');
    await ann.call(204, 'DELETE', '/users/me/wishlist/JP');
    expect((await ann.get<Page<Item>>('/users/me/wishlist')).items).toEqual([]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('DELETE', '/users/me/wishlist/JP')).toBe('401 unauthenticated');
  });

  it('422 unknown_country', async () => {
    expect(await ann.problem('DELETE', '/users/me/wishlist/ZZ')).toBe('422 unknown_country');
  });
});

describe('GET /users/me/wishlist', () => {
  const codes = ['AR', 'BR', 'CL', 'DE', 'ES', 'FR', 'GR'];

  it('200: pages newest first, each item once, while items are added and removed', async () => {
    for (const code of codes) await ann.call(201, 'PUT', `/users/me/wishlist/${code}`);
    const seen: string[] = [];
    for await (const { items } of walkPages<Item>(ann, '/users/me/wishlist?limit=2')) {
      seen.push(...items.map(({ countryCode }) => countryCode));
      if (seen.length === 2) {
        await ann.call(201, 'PUT', '/users/me/wishlist/HU');
        await ann.call(204, 'DELETE', '/users/me/wishlist/GR');
      }
    }
    expect(seen).toEqual(codes.toReversed());
  });

  it('200: newest first, by code in one millisecond, though instances with other clocks have added some', async () => {
    const item = (countryCode: string, addedAt: number) => ({
      countryCode,
      addedAt: new Date(addedAt),
      note: '',
      priority: null,
      visited: false,
    });
    const stored = [item('JP', 3000), item('CL', 1000), item('PE', 2000), item('AR', 1000), item('IS', 4000)];
    const wishlists = api.db.collection('wishlists');
    await wishlists.updateOne({ _id: (await api.userOf(ann))._id }, { $set: { items: stored } }, {});
    const seen = await allPages<Item>(ann, '/users/me/wishlist?limit=1');
    expect(seen.flatMap(({ items }) => items.map(({ countryCode }) => countryCode))).toEqual([
      'IS',
      'JP',
      'PE',
      'AR',
      'CL',
    ]);
  });

  it('200: Link leads to the next page', async () => {
    for (const code of codes.slice(0, 3)) await ann.call(201, 'PUT', `/users/me/wishlist/${code}`);
    const { headers } = await ann.request('GET', '/users/me/wishlist?limit=2');
    const next = /^<(\/api\/v2[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
    const last = await ann.request('GET', next.slice('/api/v2'.length));
    expect((last.body as Page<Item>).items.map(({ countryCode }) => countryCode)).toEqual(['AR']);
    expect(last.headers.get('link')).toBeNull();
  });

  it('400 validation_failed for a limit outside 1 to 100', async () => {
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '1&limit=2']) {
      expect(await ann.problem('GET', `/users/me/wishlist?limit=${limit}`)).toBe('400 validation_failed');
    }
  });

  it('400 invalid_cursor: forged, of another list, of another viewer', async () => {
    for (const code of codes.slice(0, 3)) await ann.call(201, 'PUT', `/users/me/wishlist/${code}`);
    const { nextCursor } = await ann.get<Page<Item>>('/users/me/wishlist?limit=1');
    const cursor = encodeURIComponent(nextCursor ?? '');
    const bob = await api.join();
    expect(await bob.problem('GET', `/users/me/wishlist?cursor=${cursor}`)).toBe('400 invalid_cursor');
    expect(await bob.problem('GET', `/users/${ann.id}/wishlist?cursor=${cursor}`)).toBe('400 invalid_cursor');
    expect(await ann.problem('GET', `/users/${ann.id}/followers?cursor=${cursor}`)).toBe(
      '400 invalid_cursor',
    );
    for (const forged of ['x', 'x.y', `${cursor}x`, `A${cursor}`, '', '.']) {
      expect(await ann.problem('GET', `/users/me/wishlist?cursor=${forged}`)).toBe('400 invalid_cursor');
    }
  });
});

describe('GET /users/{userId}/wishlist', () => {
  it('200 for a public account', async () => {
    await ann.call(201, 'PUT', '/users/me/wishlist/JP');
    const bob = await api.join();
    expect(await bob.get(`/users/${ann.id}/wishlist`)).toEqual(await ann.get('/users/me/wishlist'));
  });

  it('403 wishlist_private, except for the owner and accepted followers', async () => {
    const [follower, stranger, asker] = [await api.join(), await api.join(), await api.join()];
    await follower.call(200, 'PUT', `/users/me/following/${ann.id}`);
    await ann.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
    await asker.call(200, 'PUT', `/users/me/following/${ann.id}`);
    for (const other of [stranger, asker]) {
      expect(await other.problem('GET', `/users/${ann.id}/wishlist`)).toBe('403 wishlist_private');
    }
    await follower.get(`/users/${ann.id}/wishlist`);
    await ann.get(`/users/${ann.id}/wishlist`);
  });

  it('404 user_not_found for unknown and malformed ids', async () => {
    for (const id of ['6741f0c2a4b5c6d7e8f90a1b', 'nobody', '%7B%7D']) {
      expect(await ann.problem('GET', `/users/${id}/wishlist`)).toBe('404 user_not_found');
    }
  });
});

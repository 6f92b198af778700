import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  api = await startTestApp();
});
beforeEach(async () => {
  [ann, bob] = [await api.join(), await api.join()];
  await ann.call(201, 'PUT', '/users/me/wishlist/JP');
  await ann.call(201, 'PUT', '/users/me/wishlist/PE');
});
afterAll(() => api.close());

const ask = (who: Joined, path: string, headers: Record<string, string> = {}) =>
  who.request('GET', path, { headers });
const tagOf = async (who: Joined, path: string, headers: Record<string, string> = {}) =>
  String((await ask(who, path, headers)).headers.get('etag'));
const statusWith = async (who: Joined, path: string, tag: string) =>
  (await ask(who, path, { 'if-none-match': tag })).status;

describe.each([
  ['GET /users/me/wishlist', () => [ann, '/users/me/wishlist'] as const],
  ['GET /users/{userId}/wishlist', () => [bob, `/users/${ann.id}/wishlist`] as const],
])('If-None-Match: %s', (_name, at) => {
  it('304 without a body, with the headers of the answer', async () => {
    const [who, path] = at();
    const first = await ask(who, path);
    const tag = String(first.headers.get('etag'));
    expect(tag).toMatch(/^W\/"[^"]+"$/);
    const again = await ask(who, path, { 'if-none-match': tag });
    expect([again.status, again.body]).toEqual([304, '']);
    for (const header of ['etag', 'cache-control', 'vary', 'content-language']) {
      expect([header, again.headers.get(header)]).toEqual([header, first.headers.get(header)]);
    }
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toMatch(/accept-language/i);
  });

  it('304 for the tag in a list, weak or strong, or *; 200 for malformed and other tags', async () => {
    const [who, path] = at();
    const tag = await tagOf(who, path);
    for (const header of [`"a", ${tag} , "b"`, tag.slice(2), '*']) {
      expect([header, await statusWith(who, path, header)]).toEqual([header, 304]);
    }
    for (const header of ['"a"', tag.slice(0, -1), tag.slice(3, -1), ',', '']) {
      expect([header, await statusWith(who, path, header)]).toEqual([header, 200]);
    }
  });

  it('a new tag after each change, for another page and in another language; else the same', async () => {
    const [who, path] = at();
    const seen = [await tagOf(who, path)];
    await ann.call(200, 'PUT', '/users/me/wishlist/JP');
    expect(await tagOf(who, path)).toBe(seen[0]);
    await ann.call(200, 'PUT', '/users/me/wishlist/JP', { body: { note: 'Kyoto' } });
    seen.push(await tagOf(who, path));
    await ann.call(204, 'DELETE', '/users/me/wishlist/PE');
    seen.push(await tagOf(who, path));
    await ann.call(201, 'PUT', '/users/me/wishlist/NO');
    seen.push(await tagOf(who, path), await tagOf(who, `${path}?limit=1`));
    seen.push(await tagOf(who, path, { 'accept-language': 'de' }));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('a tag for each sort, filter and language of names, 304 for it, and Vary', async () => {
    const [who, path] = at();
    await ann.call(200, 'PUT', '/users/me/wishlist/JP', { body: { priority: 1 } });
    const queries = ['', 'sort=priority', 'visited=true', 'visited=false&limit=1', 'sort=name&limit=1'];
    const tags = await Promise.all(queries.map((query) => tagOf(who, `${path}?${query}`)));
    expect(new Set(tags).size).toBe(queries.length);
    for (const [index, query] of queries.entries())
      expect(await statusWith(who, `${path}?${query}`, tags[index] ?? '')).toBe(304);
    const named = `${path}?sort=name`;
    expect(await tagOf(who, named, { 'accept-language': 'pt' })).not.toBe(await tagOf(who, named));
    expect((await ask(who, named)).headers.get('vary')).toMatch(/accept-language/i);
  });

  it('a new tag after a batch that changed something, else the same', async () => {
    const [who, path] = at();
    const batch = (item: object) =>
      ann.call(200, 'POST', '/users/me/wishlist/batch', { body: { items: [item] } });
    const tag = await tagOf(who, path);
    await batch({ countryCode: 'JP', note: '' });
    expect(await tagOf(who, path)).toBe(tag);
    await batch({ countryCode: 'JP', note: 'Kyoto' });
    expect(await tagOf(who, path)).not.toBe(tag);
  });

  it('HEAD has the headers of GET, and 304', async () => {
    const [who, path] = at();
    const get = await ask(who, path);
    const head = await who.request('HEAD', path);
    for (const header of ['etag', 'cache-control', 'vary', 'content-language', 'content-length']) {
      expect([header, head.headers.get(header)]).toEqual([header, get.headers.get(header)]);
    }
    const headers = { 'if-none-match': String(get.headers.get('etag')) };
    expect((await who.request('HEAD', path, { headers })).status).toBe(304);
  });

  it('errors have no tag', async () => {
    const [who, path] = at();
    expect((await ask(who, `${path}?limit=0`)).headers.get('etag')).toBeNull();
  });
});

it('403, not 304, for a viewer without access; 404 for a blocked viewer', async () => {
  const path = `/users/${ann.id}/wishlist`;
  const tag = await tagOf(bob, path);
  await ann.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
  for (const header of [tag, '*']) expect(await statusWith(bob, path, header)).toBe(403);
  await ann.call(204, 'PUT', `/users/me/blocks/${bob.id}`);
  for (const header of [tag, '*']) expect(await statusWith(bob, path, header)).toBe(404);
});

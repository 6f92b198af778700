import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../../openapi/openapi.js';
import { clientTypes } from '../../scripts/client-types.ts';
import { document } from '../support/document.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

/** A client as in an app: with a new token for each request. */
function clientOf(clerkId?: string): Client<paths> {
  const client = createClient<paths>({ baseUrl: api.anonymous.url });
  client.use({
    onRequest: async ({ request }) => {
      if (clerkId !== undefined) {
        request.headers.set('authorization', `Bearer ${await api.clerk.mintToken(clerkId)}`);
      }
    },
  });
  return client;
}

/** The data of an answer. @throws when the call failed */
function dataOf<T>({ data, error }: { data?: T; error?: unknown }): NonNullable<T> {
  if (data === undefined || data === null) throw new Error(`It failed: ${JSON.stringify(error)}`);
  return data;
}

it.each(['openapi/openapi.d.ts', 'mobile/packages/client/src/api-types.ts'])(
  '%s equals what the document generates (otherwise: npm run openapi)',
  async (file) => {
    const committed = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(await clientTypes(document)).toBe(committed);
  },
);

// `npm run typecheck` checks the types of this file; the tests check that the answers have them.
describe('a client generated from the document', () => {
  it('works from the first request to the receipt of a deletion', async () => {
    const { clerkId } = await api.signUp({ first_name: 'Ann' });
    const other = await api.join();
    const ann = clientOf(clerkId);

    const me: components['schemas']['Me'] = dataOf(await ann.GET('/api/v2/users/me'));
    expect(me).toMatchObject({ clerkId, firstName: 'Ann' });
    const bio = 'Slow travel, fast trains.';
    expect(dataOf(await ann.PATCH('/api/v2/users/me', { body: { bio, homeCountry: 'pt' } }))).toMatchObject({
      bio,
      homeCountry: 'PT',
    });

    const { data: item, response } = await ann.PUT('/api/v2/users/me/wishlist/{countryCode}', {
      params: { path: { countryCode: 'JP' }, header: { 'Accept-Language': 'de' } },
      body: { note: 'Cherry blossom', priority: 1 },
    });
    expect([response.status, item?.name, item?.visited]).toEqual([201, 'Japan', false]);
    for (const countryCode of ['PT', 'XK']) {
      dataOf(await ann.PUT('/api/v2/users/me/wishlist/{countryCode}', { params: { path: { countryCode } } }));
    }
    const batch = await ann.POST('/api/v2/users/me/wishlist/batch', {
      body: { items: [{ countryCode: 'PT', visited: true }, { countryCode: 'ZZ' }] },
    });
    expect(dataOf(batch).items.map(({ status, problem }) => [status, problem?.code])).toEqual([
      ['changed', undefined],
      ['failed', 'unknown_country'],
    ]);
    const codes: string[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? { limit: 2 } : { limit: 2, cursor };
      const page = dataOf(await ann.GET('/api/v2/users/me/wishlist', { params: { query } }));
      codes.push(...page.items.map(({ countryCode }) => countryCode));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(codes).toEqual(['XK', 'PT', 'JP']);

    const path = { userId: other.id };
    const { state } = dataOf(await ann.PUT('/api/v2/users/me/following/{userId}', { params: { path } }));
    expect(state).toBe('following');
    const { relationship } = dataOf(await ann.GET('/api/v2/users/{userId}', { params: { path } }));
    expect(relationship.following).toBe(true);

    const { receiptUrl } = dataOf(await ann.DELETE('/api/v2/users/me'));
    await api.deletionOf({ clerkId });
    const token = receiptUrl.split('/').at(-1) ?? '';
    const receipt = dataOf(
      await clientOf().GET('/api/v2/deletion-receipts/{token}', { params: { path: { token } } }),
    );
    expect([receipt.state, receipt.erased['follows']]).toEqual(['completed', 1]);
    expect(receipt.statement).toMatch(/^eyJ/);
  });

  it('has the possible errors of each route, by code', async () => {
    const { error } = await clientOf().GET('/api/v2/users/me');
    // Only documented codes are allowed here.
    const code: 'unauthenticated' | undefined = error?.code === 'unauthenticated' ? error.code : undefined;
    expect(code).toBe('unauthenticated');
    // @ts-expect-error: not one of this route
    expect(error?.code === 'username_taken').toBe(false);

    const ann = clientOf((await api.join()).clerkId);
    const { error: taken } = await ann.PATCH('/api/v2/users/me', { body: { username: 'x' } });
    expect(taken?.errors?.map(({ pointer }) => pointer)).toEqual(['/username']);
  });
});

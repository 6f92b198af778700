import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import isoCountries from 'i18n-iso-countries';
import { startTestApp, type TestApp } from './support/test-app.js';

interface CountryList {
  items: { code: string; name: string }[];
  nextCursor: null;
}

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

describe('GET /countries', () => {
  it('200 in a language it has, whatever thousands of others are asked for before', async () => {
    const header = `${Array.from({ length: 1000 }, (_, index) => `x-${index}`).join(',')},pt`;
    const { status, headers } = await api.anonymous.request('GET', '/countries', {
      headers: { 'accept-language': header },
    });
    expect([status, headers.get('content-language')]).toEqual([200, 'en']);
  });

  it('200: the codes of an outside list, and XK', async () => {
    const { items } = await api.anonymous.get<CountryList>('/countries');
    const expected = new Set([...Object.keys(isoCountries.getAlpha2Codes()), 'XK']);
    expect(new Set(items.map(({ code }) => code))).toEqual(expected);
    expect(items).toHaveLength(250);
  });

  it.each([
    ['de', 'de', 'Japan', 'Ägypten'],
    ['pt-BR, en;q=0.1', 'pt-BR', 'Japão', 'Egito'],
    ['zz, ja;q=0.9', 'ja', '日本', 'エジプト'],
    ['en-u-nu-thai', 'en', 'Japan', 'Egypt'],
    ['*', 'en', 'Japan', 'Egypt'],
    ['', 'en', 'Japan', 'Egypt'],
    [';;;,,=q', 'en', 'Japan', 'Egypt'],
  ])('Accept-Language: %s → %s', async (language, locale, japan, egypt) => {
    const response = await api.anonymous.request('GET', '/countries', {
      headers: { 'accept-language': language },
    });
    const { items } = response.body as CountryList;
    const name = (code: string) => items.find((item) => item.code === code)?.name;
    expect([name('JP'), name('EG')]).toEqual([japan, egypt]);
    expect(response.headers.get('content-language')).toBe(locale);
    expect(response.headers.get('vary')).toMatch(/accept-language/i);
    expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
  });
});

describe('GET /countries/{code}', () => {
  it('200, in any case', async () => {
    expect(await api.anonymous.get('/countries/jp')).toEqual({ code: 'JP', name: 'Japan' });
    expect(await api.anonymous.get('/countries/XK')).toEqual({ code: 'XK', name: 'Kosovo' });
  });

  it('404 not_found', async () => {
    for (const code of ['ZZ', 'constructor', '%2e%2e', 'J']) {
      expect(await api.anonymous.problem('GET', `/countries/${code}`)).toBe('404 not_found');
    }
  });
});

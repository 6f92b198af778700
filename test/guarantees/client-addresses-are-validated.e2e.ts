import { afterEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

const MAX = 5;

let api: TestApp;
afterEach(() => api.close());

/** How many of the requests with these `X-Forwarded-For` were answered; the others were 429. */
async function answered(forwarded: string[]): Promise<number> {
  let count = 0;
  for (const header of forwarded) {
    const { status } = await fetch(`${api.anonymous.url}/api/v2/countries/JP`, {
      headers: { 'x-forwarded-for': header },
    });
    expect([200, 429]).toContain(status);
    if (status === 200) count++;
  }
  return count;
}

const junk = (n: number) => [
  ...[
    `caller-${n}`,
    `${n}`,
    `10.0.0.${n}.1`,
    `010.0.0.${n}`,
    `0x7f.${n}`,
    `1.2.3.4:port${n}`,
    `1.2.3.4:${n}:1`,
  ],
  ...[
    `fe80::1%zone${n}`,
    `[::${n}`,
    `::g${n}`,
    `"1.2.3.${n}"`,
    `unknown`,
    `_hidden${n}`,
    `x${'y'.repeat(4000)}${n}`,
  ],
];
const TWENTY = Array.from({ length: 20 }, (_, n) => n + 1);

describe.each([
  ['true', ''],
  ['127.0.0.1', ''],
  ['1', ''],
  ['127.0.0.0/8,10.9.0.0/16', ', 10.9.0.1'],
  ['2', ', 192.0.2.99'],
])('TRUST_PROXY=%s', (TRUST_PROXY, behind) => {
  const start = async () => {
    api = await startTestApp({ TRUST_PROXY, RATE_LIMIT_MAX: String(MAX) });
  };

  it('text that is no address is not a caller: it counts for the connection it came by', async () => {
    await start();
    expect(await answered(TWENTY.flatMap(junk).map((text) => text + behind))).toBe(MAX);
  });

  it('one address is one caller, whatever its port and however it is written', async () => {
    await start();
    expect(await answered(TWENTY.map((n) => `192.0.2.1:${40_000 + n}${behind}`))).toBe(MAX);
    expect(await answered(TWENTY.map((n) => `[2001:db8::1]:${40_000 + n}${behind}`))).toBe(MAX);
    const written = [
      '2001:db8:0:7::1',
      '2001:DB8:0:7::2',
      '[2001:0db8:0000:0007:0:0:0:3]',
      '2001:db8:0:7:ffff::',
    ];
    expect(await answered([...written, ...written].map((text) => text + behind))).toBe(MAX);
    expect(await answered(TWENTY.map((n) => `192.0.2.${n + 1}${behind}`))).toBe(20);
  });

  it('a proxy of ours may name its own port, too', async () => {
    await start();
    const withPort = behind === '' ? '' : `${behind}:8443`;
    expect(await answered(TWENTY.map((n) => `192.0.2.${n}${withPort}`))).toBe(20);
  });
});

it('a number of hops: what a caller claims beyond them is not believed', async () => {
  api = await startTestApp({ TRUST_PROXY: '1', RATE_LIMIT_MAX: String(MAX) });
  expect(await answered(TWENTY.map((n) => `198.51.100.${n}, 192.0.2.1`))).toBe(MAX);
});

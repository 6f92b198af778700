import { afterEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

const MAX = 5;

let api: TestApp;
afterEach(() => api.close());

/** How many requests with these `X-Forwarded-For` headers were answered; the others were 429. */
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
])('TRUST_PROXY=%s', (TRUST_PROXY, suffix) => {
  const start = async () => {
    api = await startTestApp({ TRUST_PROXY, RATE_LIMIT_MAX: String(MAX) });
  };

  it('text that is no address identifies no caller: it counts for the address of the connection', async () => {
    await start();
    expect(await answered(TWENTY.flatMap(junk).map((text) => text + suffix))).toBe(MAX);
  });

  it('one address is one caller, whatever its port and spelling', async () => {
    await start();
    expect(await answered(TWENTY.map((n) => `192.0.2.1:${40_000 + n}${suffix}`))).toBe(MAX);
    expect(await answered(TWENTY.map((n) => `[2001:db8::1]:${40_000 + n}${suffix}`))).toBe(MAX);
    const written = [
      '2001:db8:0:7::1',
      '2001:DB8:0:7::2',
      '[2001:0db8:0000:0007:0:0:0:3]',
      '2001:db8:0:7:ffff::',
    ];
    expect(await answered([...written, ...written].map((text) => text + suffix))).toBe(MAX);
    expect(await answered(TWENTY.map((n) => `192.0.2.${n + 1}${suffix}`))).toBe(20);
  });

  it('a trusted proxy may add its own port', async () => {
    await start();
    const withPort = suffix === '' ? '' : `${suffix}:8443`;
    expect(await answered(TWENTY.map((n) => `192.0.2.${n}${withPort}`))).toBe(20);
  });
});

it('with a number of hops, addresses that a caller adds before them are ignored', async () => {
  api = await startTestApp({ TRUST_PROXY: '1', RATE_LIMIT_MAX: String(MAX) });
  expect(await answered(TWENTY.map((n) => `198.51.100.${n}, 192.0.2.1`))).toBe(MAX);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal, Exchange } from 'clerk-local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES, ROOT } from '../../scripts/supported.ts';
import { ABSENT, type Operation, readDocument } from '../openapi/documents.js';
import { startClerkLocal } from '../support.js';
import { CLAIMS } from './claims.js';
import { runTrial } from './trial.js';

const exchanges: Exchange[] = [];
let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal({ onAnswer: (exchange) => exchanges.push(exchange) });
});
afterAll(() => clerk.close());

(ABSENT === undefined ? describe : describe.skip)('the supported operations', () => {
  describe('answer, change state and refuse wrong input:', () => {
    it.each(CLAIMS)('$operation', (claim) => runTrial(clerk, exchanges, claim));
  });

  it('are all that have a route: each other one is 501, with a text that names it', async () => {
    const claimed = CLAIMS.map(({ api, operation }) => `${api} ${operation}`);
    const wrong: string[] = [];
    for (const operation of [...readDocument('backend').operations, ...readDocument('frontend').operations]) {
      const name = `${operation.method} ${operation.path}`;
      if (claimed.includes(`${operation.api} ${name}`)) continue;
      const { status, text } = await callUnsupported(operation);
      if (status !== 501 || !text.includes(`not supported by clerk-local: ${name}`)) {
        wrong.push(`${name} has a route and no claim in test/supported/: ${status} ${text.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(FILES)('$name is what `npm run supported` writes', ({ name, content }) => {
    expect(readFileSync(join(ROOT, name), 'utf8')).toBe(content());
  });
});

async function callUnsupported({ api, method, path }: Operation): Promise<{ status: number; text: string }> {
  const filled = path.replace(/\{\w+\}/g, 'some_id');
  const url = api === 'backend' ? `${clerk.url}${filled}` : `${clerk.proxyUrl}${filled}`;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  return { status: response.status, text: await response.text() };
}

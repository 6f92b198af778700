import { expect } from '@jest/globals';
import type { ClerkLocal, Exchange } from 'clerk-local';
import { operationOf } from '../openapi/answers.js';
import { type Operation, readDocument } from '../openapi/documents.js';
import { backend } from '../support.js';
import { ADA, Browser } from './browser.js';
import type { Claim, Trial } from './claim.js';

let instances = 0;

/**
 * Runs the test of a claim in an instance of its own. It fails when the operation wasn't called, when a write
 * changed nothing, and when there is a wrong input in the document that the test didn't show.
 * @param exchanges to which the server adds each exchange
 */
export async function runTrial(server: ClerkLocal, exchanges: Exchange[], claim: Claim): Promise<void> {
  instances += 1;
  const clerk = await server.instance(`sk_test_local_trial_${instances}`);
  const shown = new Set<string>();

  /** The exchanges of the claim's operation that the call caused. */
  async function called<T>(call: () => Promise<T>): Promise<[Exchange[], PromiseSettledResult<T>]> {
    exchanges.length = 0;
    const [result] = await Promise.allSettled([call()]);
    const own = exchanges.filter((exchange) => {
      const operation = operationOf(exchange);
      return operation !== undefined && isOperationOf(claim, operation);
    });
    if (claim.by === '@clerk/backend') {
      for (const { requestHeaders } of own) {
        expect(requestHeaders['user-agent']).toMatch(/^@clerk\/backend@/);
      }
    }
    return [own, result];
  }

  async function succeeds<T>(call: () => Promise<T>): Promise<T> {
    const [own, result] = await called(call);
    if (result.status === 'rejected') throw result.reason;
    expect(own).not.toEqual([]);
    for (const { status, body } of own) if (status >= 400) throw new Error(`${status}: ${body}`);
    return result.value;
  }

  const trial: Trial = {
    clerk,
    sdk: backend({ url: server.url, secretKey: clerk.secretKey }),
    stranger: backend({ url: server.url, secretKey: 'sk_test_of_another_place' }),
    http: async (method, path, body) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.json();
    },
    user: (attributes = ADA) => clerk.createUser(attributes),
    browser: () => new Browser(clerk.proxyUrl),

    reads: async (call, expected) => {
      shown.add('success');
      expect(await succeeds(call)).toMatchObject(expected as object);
    },
    writes: async (call, read) => {
      shown.add('success');
      const before = await outcome(read());
      const result = await succeeds(call);
      expect(await outcome(read())).not.toEqual(before);
      return result;
    },
    makes: async (call, proof) => {
      shown.add('success');
      const result = await succeeds(call);
      await proof(result);
      return result;
    },
    refuses: async (call, status, code) => {
      shown.add('refusal');
      const [own] = await called(call);
      const answers = own.map((exchange) => ({
        status: exchange.status,
        code: (JSON.parse(exchange.body) as { errors?: { code: string }[] }).errors?.[0]?.code,
      }));
      expect(answers).toEqual([{ status, code }]);
    },
  };
  await claim.show(trial);
  const documented = readDocument(claim.api).operations.find((operation) => isOperationOf(claim, operation));
  const statuses = documented?.responses.keys() ?? [];
  const canRefuse = [...statuses].some((status) => status >= 400 && status < 500);
  expect(shown).toContain('success');
  if (canRefuse) expect(shown).toContain('refusal');
}

function isOperationOf(claim: Claim, { api, method, path }: Operation): boolean {
  return claim.api === api && claim.operation === `${method} ${path}`;
}

/** What is deleted is read as an error. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  const [result] = await Promise.allSettled([promise]);
  return result.status === 'fulfilled' ? result.value : { error: String(result.reason) };
}

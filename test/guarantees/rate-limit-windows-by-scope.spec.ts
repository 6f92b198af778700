import { expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { RateLimits, type RateLimitScope } from '../../src/common/http/rate-limits.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import type { Config } from '../../src/config/config.js';

const REMEMBERED = 50_000;

it('as many addresses as an instance remembers do not end the window of a signed-in caller', async () => {
  const rateLimit = { max: 10, windowMs: 60_000 };
  const limits = new RateLimits({ rateLimit } as Config, new Metrics());
  const ann = { context: { caller: { subject: 'user_ann' } } } as FastifyRequest;
  const stranger = (n: number) => ({ context: {}, ip: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` });
  const refused = async (scope: RateLimitScope, request: object) => {
    try {
      await limits.check(scope, request as FastifyRequest);
      return false;
    } catch {
      return true;
    }
  };

  for (let n = 0; n < 10; n++) expect(await refused('subject', ann)).toBe(false);
  for (let n = 0; n < REMEMBERED; n++) await limits.check('address', stranger(n) as FastifyRequest);
  expect(await refused('subject', ann)).toBe(true);
});

import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { callerAddress } from '../common/http/client-address.js';
import { Metrics } from '../common/observability/metrics.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { readSvixHeaders } from '../clerk/svix.js';

/** Clerk's events are a few kB, and Svix sends a `Content-Length`. */
const USUAL_BYTES = 64 * 1024;
const REMEMBERED_ADDRESSES = 10_000;
const REMEMBERED_FOR_MS = 86_400_000;

/**
 * Runs before the bodies of webhooks are read: refuses requests whose headers can't be those of a
 * delivery, and answers 429 to an address with too many refused ones, unless it is likely to be Svix
 * (docs/decisions/0020). The verifier decides on the rest.
 */
@Injectable()
export class WebhookGate {
  /** Addresses that sent a signed delivery within a day. */
  private readonly delivering = new LRUCache<string, true>({
    max: REMEMBERED_ADDRESSES,
    ttl: REMEMBERED_FOR_MS,
  });

  constructor(
    private readonly limits: RateLimits,
    private readonly metrics: Metrics,
  ) {}

  /** @throws ProblemError `missing_svix_headers`, `invalid_signature`, `rate_limited` */
  async admit(request: FastifyRequest): Promise<void> {
    try {
      readSvixHeaders(request.headers);
    } catch (error) {
      this.metrics.webhookDeliveries.inc({ type: 'unknown', outcome: 'refused' });
      await this.limits.check('delivery', request);
      throw error;
    }
    if (isUsual(request) || this.delivering.has(callerAddress(request))) return;
    await this.limits.check('delivery', request, { isCounted: false });
  }

  /** Notes that a delivery was verified. */
  accepted(request: FastifyRequest): void {
    this.delivering.set(callerAddress(request), true);
  }

  /** Counts a wrong signature. */
  async refused(request: FastifyRequest): Promise<void> {
    await this.limits.count('delivery', request);
  }
}

function isUsual({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= USUAL_BYTES;
}

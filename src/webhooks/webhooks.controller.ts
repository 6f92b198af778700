import { Controller, Logger, Post, type RawBodyRequest, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiBody, ApiHeader, ApiTags } from '../common/http/document-decorators.js';
import { Metrics } from '../common/observability/metrics.js';
import { Operation } from '../common/http/operation.decorator.js';
import type { ProblemError } from '../common/problem.js';
import { type Delivery, SvixVerifier } from '../clerk/svix.js';
import { WebhookGate } from './webhook-gate.js';
import { WebhooksService } from './webhooks.service.js';

const receivedSchema = z
  .object({ received: z.boolean().meta({ description: 'Always true; Svix reads only the status.' }) })
  .meta({ id: 'WebhookReceived', description: 'The delivery was accepted.', example: { received: true } });

const svixHeader = (name: string, description: string) =>
  ApiHeader({ name, description, required: true, schema: { type: 'string' } });

@ApiTags('Webhooks')
@Controller('webhooks')
export class WebhooksController {
  private readonly logger = new Logger(WebhooksController.name);

  constructor(
    private readonly verifier: SvixVerifier,
    private readonly gate: WebhookGate,
    private readonly webhooks: WebhooksService,
    private readonly metrics: Metrics,
  ) {}

  @Post('clerk')
  @Operation({
    id: 'receiveClerkWebhook',
    summary: 'Receive a webhook from Clerk',
    description:
      'Called by Svix for Clerk. Authenticated by the signature over the raw body. A delivery has its effect once: repeats of a `svix-id` are 200 and change nothing. After 503, Svix retries.',
    success: { 200: { description: 'Accepted, now or before.', schema: receivedSchema } },
    problems: ['missing_svix_headers', 'invalid_signature', 'dependency_unavailable'],
    rawBody: true,
    public: true,
  })
  @svixHeader('svix-id', 'Identifies the delivery; the same on every retry.')
  @svixHeader('svix-timestamp', 'Seconds since the epoch, at most five minutes off.')
  @svixHeader('svix-signature', 'Space-separated `v1,<base64 HMAC-SHA256>`.')
  @ApiBody({
    description: "Clerk's event.",
    schema: {
      type: 'object',
      required: ['type', 'data'],
      additionalProperties: true,
      properties: { type: { type: 'string', minLength: 1, maxLength: 128 }, data: { type: 'object' } },
      example: {
        type: 'user.deleted',
        object: 'event',
        data: { object: 'user', id: 'user_2abc', deleted: true },
      },
    },
  })
  async receive(@Req() request: RawBodyRequest<FastifyRequest>): Promise<{ received: true }> {
    await this.webhooks.receive(await this.verify(request));
    return { received: true };
  }

  private async verify(request: RawBodyRequest<FastifyRequest>): Promise<Delivery> {
    const { rawBody = Buffer.alloc(0), headers } = request;
    try {
      const delivery = this.verifier.verify(rawBody, headers);
      this.gate.accepted(request);
      return delivery;
    } catch (error) {
      const { code } = error as ProblemError;
      const isSigned = code === 'validation_failed';
      this.metrics.webhookDeliveries.inc({ type: 'unknown', outcome: isSigned ? 'malformed' : 'refused' });
      // Clerk sent it, and it will be lost when Svix stops retrying.
      if (isSigned) this.logger.error({ msg: 'signed webhook is no event', svixId: headers['svix-id'] });
      if (code === 'invalid_signature') await this.gate.refused(request);
      throw error;
    }
  }
}

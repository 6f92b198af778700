import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../common/http/document-decorators.js';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { type Reason, reasonSchema } from '../audit/audit.dto.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, pageQuerySchema, pageSchema } from '../common/http/page.js';
import { Admin, CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import { OUTCOMES, type WebhookEvent } from './webhook-event.schema.js';
import { WebhooksService } from './webhooks.service.js';

const webhookEventSchema = z
  .object({
    id: z.string().meta({ description: 'The `svix-id`.' }),
    type: z.string().meta({ description: "Clerk's name of the event." }),
    outcome: z.enum(OUTCOMES).meta({
      description:
        '`ignored`: it concerns nothing here. `rolled_back`: the account was deleted, because its user can never be saved. `dead_letter`: it could not be handled and can be replayed for 30 days. `dismissed`: a dead letter that an admin dismissed; its payload is erased.',
    }),
    at: z.iso.datetime().meta({ description: 'When it was first received.' }),
  })
  .meta({
    id: 'WebhookEvent',
    description: 'A webhook delivery by Clerk and its outcome.',
    example: {
      id: 'msg_2abcdefghijklmnopqrstuvwxyz',
      type: 'user.updated',
      outcome: 'applied',
      at: '2026-11-23T09:30:00.000Z',
    },
  });
type WebhookEventView = z.infer<typeof webhookEventSchema>;

const querySchema = pageQuerySchema.extend({
  state: z.enum(OUTCOMES).optional().meta({ description: 'Only deliveries with this outcome.' }),
});

const idParam = z.string().meta({ description: 'A `svix-id`.', example: 'msg_2abcdefghijklmnopqrstuvwxyz' });

@ApiTags('Admin')
@Admin()
@Controller('admin/webhook-events')
export class WebhookEventsController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @Operation({
    id: 'listWebhookEvents',
    summary: 'List webhook deliveries, newest first',
    description: 'Kept for 90 days. `state=dead_letter` lists the deliveries that can be replayed.',
    success: { 200: { description: 'A page.', schema: pageSchema('WebhookEventPage', webhookEventSchema) } },
    problems: ['forbidden'],
  })
  async list(
    @CurrentUser() admin: CallingUser,
    @Query({ schema: querySchema }) { state, ...query }: z.infer<typeof querySchema>,
  ): Promise<Page<WebhookEventView>> {
    const page = await this.webhooks.list(String(admin._id), state, query);
    return { ...page, items: page.items.map(toView) };
  }

  @Post(':id/replay')
  @Operation({
    id: 'replayWebhookEvent',
    expensive: true,
    summary: 'Replay a dead letter',
    description:
      'For use after its cause is fixed. Payloads are kept for 30 days. If it fails again, it stays a dead letter. Recorded in the audit log.',
    success: { 200: { description: 'The delivery with its new outcome.', schema: webhookEventSchema } },
    problems: ['forbidden', 'not_found'],
  })
  async replay(
    @CurrentActor() by: Actor,
    @Param('id', { schema: idParam }) id: string,
  ): Promise<WebhookEventView> {
    return toView(await this.webhooks.replay(by, id));
  }

  @Post(':id/dismiss')
  @Operation({
    id: 'dismissWebhookEvent',
    summary: 'Dismiss a dead letter',
    description:
      'For a dead letter that a replay would not help. Erases its payload, so it can no longer be replayed. Repeating it is harmless. Recorded in the audit log once.',
    success: { 200: { description: 'The dismissed delivery.', schema: webhookEventSchema } },
    problems: ['forbidden', 'not_found'],
  })
  async dismiss(
    @CurrentActor() by: Actor,
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<WebhookEventView> {
    return toView(await this.webhooks.dismiss(by, id, reason));
  }
}

function toView({ _id, type, outcome, at }: WebhookEvent): WebhookEventView {
  return { id: _id, type, outcome, at: at.toISOString() };
}

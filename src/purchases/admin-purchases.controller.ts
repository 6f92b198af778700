import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Types } from 'mongoose';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { type Reason, reasonSchema } from '../audit/audit.dto.js';
import { Operation } from '../common/http/operation.decorator.js';
import { Admin } from '../users/current-user.decorator.js';
import { type PurchaseCreation, purchaseCreationSchema, PurchaseId } from './admin-purchase.dto.js';
import { AdminPurchasesService } from './admin-purchases.service.js';
import { purchaseSchema, type PurchaseView, toPurchaseView } from './purchase.dto.js';

@ApiTags('Admin')
@Admin()
@Controller('admin/purchases')
export class AdminPurchasesController {
  constructor(private readonly purchases: AdminPurchasesService) {}

  @Post()
  @Operation({
    id: 'createPurchase',
    summary: 'Record a purchase from elsewhere',
    description:
      'What was bought by Clerk Billing comes by itself. With a `reference`, a repeat finds the purchase and changes nothing, as long as user, item, amount and currency are the same; for anything else a reference is used up, also when its purchase belongs to a deleted account: 400 `validation_failed` at `/reference`. Recorded in the audit log.',
    success: {
      201: { description: 'Recorded.', schema: purchaseSchema },
      200: { description: 'It was recorded before under this reference.', schema: purchaseSchema },
    },
    problems: ['forbidden', 'user_not_found'],
  })
  async create(
    @CurrentActor() by: Actor,
    @Body({ schema: purchaseCreationSchema }) creation: PurchaseCreation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PurchaseView> {
    const { purchase, isNew } = await this.purchases.create(by, creation);
    reply.status(isNew ? 201 : 200);
    return toPurchaseView(purchase);
  }

  @Post(':id/refund')
  @Operation({
    id: 'refundPurchase',
    summary: 'Record the refund of a purchase',
    description:
      'Only records it: the money goes back where it was paid. Works for purchases of deleted accounts as well, until their archive is purged. A refund is final; later events of Clerk Billing change nothing. Recorded in the audit log.',
    success: { 200: { description: 'The refunded purchase.', schema: purchaseSchema } },
    problems: ['forbidden', 'already_refunded', 'not_refundable'],
  })
  async refund(
    @CurrentActor() by: Actor,
    @PurchaseId() id: Types.ObjectId,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<PurchaseView> {
    return toPurchaseView(await this.purchases.refund(by, id, reason));
  }
}

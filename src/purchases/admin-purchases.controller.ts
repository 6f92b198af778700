import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Types } from 'mongoose';
import { ApiTags } from '../common/http/document-decorators.js';
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
    summary: 'Record a purchase that was not made by Clerk Billing',
    description:
      'Purchases by Clerk Billing are recorded by its webhooks. With a `reference`, a repeat with the same user, item, amount and currency finds the purchase and changes nothing. A reference of any other purchase, also of a deleted account, is 400 `validation_failed` at `/reference`. Recorded in the audit log.',
    success: {
      201: { description: 'Recorded.', schema: purchaseSchema },
      200: { description: 'The purchase with this reference, recorded before.', schema: purchaseSchema },
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
      'Only records the refund: the money is paid back at its source. Also for purchases of deleted accounts, until their archive is purged. A refund is final; later events of Clerk Billing change nothing. Recorded in the audit log.',
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

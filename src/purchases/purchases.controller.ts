import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import { purchasePageSchema, type PurchaseView } from './purchase.dto.js';
import { PurchasesService } from './purchases.service.js';

@ApiTags('Purchases')
@Controller('users/me/purchases')
export class PurchasesController {
  constructor(private readonly purchases: PurchasesService) {}

  @Get()
  @Operation({
    id: 'listMyPurchases',
    summary: 'List your purchases, newest first',
    description: 'Purchases by Clerk Billing, from its webhooks, and purchases that admins recorded.',
    success: { 200: { description: 'A page.', schema: purchasePageSchema } },
  })
  list(
    @CurrentUser() user: CallingUser,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<PurchaseView>> {
    return this.purchases.list(user._id, query);
  }
}

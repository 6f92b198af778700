import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module.js';
import { ArchivedPurchasesService } from './archived-purchases.service.js';
import { MovedPurchase, MovedPurchaseSchema } from './moved-purchase.schema.js';
import { Purchase, PurchaseSchema } from './purchase.schema.js';
import { PurchasesController } from './purchases.controller.js';
import { PurchasesService } from './purchases.service.js';

@Module({
  imports: [
    UsersModule,
    MongooseModule.forFeature([
      { name: Purchase.name, schema: PurchaseSchema },
      { name: MovedPurchase.name, schema: MovedPurchaseSchema },
    ]),
  ],
  controllers: [PurchasesController],
  providers: [ArchivedPurchasesService, PurchasesService],
  exports: [ArchivedPurchasesService, PurchasesService],
})
export class PurchasesModule {}

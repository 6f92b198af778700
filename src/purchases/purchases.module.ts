import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module.js';
import { DeletedUsersModule } from '../deleted-users/deleted-users.module.js';
import { UsersModule } from '../users/users.module.js';
import { AdminPurchasesController } from './admin-purchases.controller.js';
import { AdminPurchasesService } from './admin-purchases.service.js';
import { ArchivedPurchasesService } from './archived-purchases.service.js';
import { MovedPurchase, MovedPurchaseSchema } from './moved-purchase.schema.js';
import { Purchase, PurchaseSchema } from './purchase.schema.js';
import { PurchasesController } from './purchases.controller.js';
import { PurchasesService } from './purchases.service.js';

@Module({
  imports: [
    UsersModule,
    DeletedUsersModule,
    AuditModule,
    MongooseModule.forFeature([
      { name: Purchase.name, schema: PurchaseSchema },
      { name: MovedPurchase.name, schema: MovedPurchaseSchema },
    ]),
  ],
  controllers: [PurchasesController, AdminPurchasesController],
  providers: [AdminPurchasesService, ArchivedPurchasesService, PurchasesService],
  exports: [ArchivedPurchasesService, PurchasesService],
})
export class PurchasesModule {}

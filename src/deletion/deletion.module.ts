import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module.js';
import { ClerkModule } from '../clerk/clerk.module.js';
import { DeletedUsersModule } from '../deleted-users/deleted-users.module.js';
import { PurchasesModule } from '../purchases/purchases.module.js';
import { UsersModule } from '../users/users.module.js';
import { WishlistModule } from '../wishlist/wishlist.module.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AdminUsersController } from './admin-users.controller.js';
import { ArchivesController } from './archives.controller.js';
import { ArchivesService } from './archives.service.js';
import { Deletion, DeletionSchema } from './deletion.schema.js';
import { DeletionJobs } from './deletion-jobs.service.js';
import { DeletionSteps } from './deletion-steps.service.js';
import { DeletionsService } from './deletions.service.js';
import { ReceiptKey, ReceiptKeySchema } from './receipt-key.schema.js';
import { ReceiptSigner } from './receipt-signer.js';
import { ReceiptsController } from './receipts.controller.js';
import { TombstonesService } from './tombstones.service.js';

@Module({
  imports: [
    ClerkModule,
    DeletedUsersModule,
    UsersModule,
    AuditModule,
    WishlistModule,
    PurchasesModule,
    MongooseModule.forFeature([
      { name: Deletion.name, schema: DeletionSchema },
      { name: ReceiptKey.name, schema: ReceiptKeySchema },
    ]),
  ],
  controllers: [AdminUsersController, ArchivesController, ReceiptsController],
  providers: [
    AccountDeletionService,
    ArchivesService,
    DeletionJobs,
    DeletionSteps,
    DeletionsService,
    ReceiptSigner,
    TombstonesService,
  ],
  exports: [AccountDeletionService],
})
export class DeletionModule {}

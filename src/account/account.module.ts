import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PurchasesModule } from '../purchases/purchases.module.js';
import { SocialModule } from '../social/social.module.js';
import { UsersModule } from '../users/users.module.js';
import { WishlistModule } from '../wishlist/wishlist.module.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { Deletion, DeletionSchema } from './deletion.schema.js';
import { MeController } from './me.controller.js';
import { ProfileService } from './profile.service.js';
import { ReconcilerService } from './reconciler.service.js';

@Module({
  imports: [
    UsersModule,
    SocialModule,
    WishlistModule,
    PurchasesModule,
    MongooseModule.forFeature([{ name: Deletion.name, schema: DeletionSchema }]),
  ],
  controllers: [MeController],
  providers: [AccountDeletionService, ProfileService, ReconcilerService],
  exports: [AccountDeletionService, ReconcilerService],
})
export class AccountModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ClerkModule } from '../clerk/clerk.module.js';
import { DeletionModule } from '../deletion/deletion.module.js';
import { SocialModule } from '../social/social.module.js';
import { UsersModule } from '../users/users.module.js';
import { WishlistModule } from '../wishlist/wishlist.module.js';
import { ExportService } from './export.service.js';
import { MeController } from './me.controller.js';
import { ProfileService } from './profile.service.js';
import { SuspensionsController } from './suspensions.controller.js';
import { SuspensionsService } from './suspensions.service.js';

/** A user's own account: profile, export, deletion, and suspension by an admin. */
@Module({
  imports: [ClerkModule, UsersModule, AuditModule, SocialModule, WishlistModule, DeletionModule],
  controllers: [MeController, SuspensionsController],
  providers: [ExportService, ProfileService, SuspensionsService],
})
export class AccountModule {}

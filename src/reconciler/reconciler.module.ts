import { Module } from '@nestjs/common';
import { ClerkModule } from '../clerk/clerk.module.js';
import { DeletedUsersModule } from '../deleted-users/deleted-users.module.js';
import { DeletionModule } from '../deletion/deletion.module.js';
import { UsersModule } from '../users/users.module.js';
import { ReconcilerService } from './reconciler.service.js';

/** Compares all accounts in Clerk with all users here and repairs what lost webhooks left. */
@Module({
  imports: [ClerkModule, DeletedUsersModule, UsersModule, DeletionModule],
  providers: [ReconcilerService],
  exports: [ReconcilerService],
})
export class ReconcilerModule {}

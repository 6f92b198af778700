import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { ActivityService } from './activity.service.js';
import { ClerkInstance } from '../clerk/clerk-instance.js';
import { ClerkModule } from '../clerk/clerk.module.js';
import { DeletionRollback, DeletionRollbackSchema } from './deletion-rollback.schema.js';
import { DeletedUsersModule } from '../deleted-users/deleted-users.module.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { DeletionUsername, DeletionUsernameSchema } from './deletion-username.schema.js';
import { PersonalDataRegistry } from './personal-data.js';
import { ProfileUpdates } from './profile-updates.js';
import { RollbackService } from './rollback.service.js';
import { UserCardsService } from './user-cards.service.js';
import { UserCountersService } from './user-counters.service.js';
import { User, UserSchema } from './user.schema.js';
import { UserSyncInterceptor } from './user-sync.interceptor.js';
import { UserSyncService } from './user-sync.service.js';
import { UsernamesService } from './usernames.service.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [
    ClerkModule,
    DeletedUsersModule,
    MongooseModule.forFeature([
      { name: User.name, schema: UserSchema },
      { name: DeletionUsername.name, schema: DeletionUsernameSchema },
      { name: DeletionRollback.name, schema: DeletionRollbackSchema },
    ]),
  ],
  providers: [
    ActivityService,
    PersonalDataRegistry,
    ProfileUpdates,
    RollbackService,
    UserCardsService,
    UserCountersService,
    UsernamesService,
    UsersService,
    UserSyncService,
    { provide: APP_INTERCEPTOR, useClass: UserSyncInterceptor },
  ],
  exports: [
    PersonalDataRegistry,
    ProfileUpdates,
    RollbackService,
    UserCardsService,
    UserCountersService,
    UsernamesService,
    UsersService,
    UserSyncService,
  ],
})
export class UsersModule implements OnModuleInit {
  constructor(
    private readonly instance: ClerkInstance,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
  ) {}

  onModuleInit(): void {
    this.instance.recognizeBy({
      subjects: async (limit) => (await this.users.page(undefined, limit)).map(({ clerkId }) => clerkId),
      hasArchives: () => this.deletedUsers.hasArchives(),
    });
  }
}

import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeletedUser, DeletedUserSchema } from './deleted-user.schema.js';
import { DeletedUsersService } from './deleted-users.service.js';

/** Tombstones and archives: below `users`, because a creation reads them. */
@Module({
  imports: [MongooseModule.forFeature([{ name: DeletedUser.name, schema: DeletedUserSchema }])],
  providers: [DeletedUsersService],
  exports: [DeletedUsersService],
})
export class DeletedUsersModule {}

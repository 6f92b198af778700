import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Lock, LockSchema } from './lock.schema.js';
import { LocksService } from './locks.service.js';

/** Locks that all instances of the service share. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Lock.name, schema: LockSchema }])],
  providers: [LocksService],
  exports: [LocksService],
})
export class MongodbModule {}

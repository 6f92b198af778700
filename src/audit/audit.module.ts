import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module.js';
import { AuditEvent, AuditEventSchema } from './audit-event.schema.js';
import { AuditEventsController } from './audit-events.controller.js';
import { AuditService } from './audit.service.js';

@Module({
  imports: [UsersModule, MongooseModule.forFeature([{ name: AuditEvent.name, schema: AuditEventSchema }])],
  controllers: [AuditEventsController],
  providers: [AuditService],
  exports: [AuditService],
})
export class AuditModule {}

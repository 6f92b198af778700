import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { DeletionModule } from '../deletion/deletion.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { DeletedUsersModule } from '../deleted-users/deleted-users.module.js';
import { UsersModule } from '../users/users.module.js';
import { DeadLetter, DeadLetterSchema } from './dead-letter.schema.js';
import { DeadLettersService } from './dead-letters.service.js';
import { PurchasesModule } from '../purchases/purchases.module.js';
import { PaymentAttemptHandler } from './payment-attempt.handler.js';
import { SessionEndedHandler } from './session-ended.handler.js';
import { ClerkModule } from '../clerk/clerk.module.js';
import { UserChangedHandler } from './user-changed.handler.js';
import { UserDeletedHandler } from './user-deleted.handler.js';
import { WebhookEvent, WebhookEventSchema } from './webhook-event.schema.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookGate } from './webhook-gate.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [
    DiscoveryModule,
    ClerkModule,
    DeletedUsersModule,
    UsersModule,
    AuditModule,
    DeletionModule,
    PurchasesModule,
    MongooseModule.forFeature([
      { name: WebhookEvent.name, schema: WebhookEventSchema },
      { name: DeadLetter.name, schema: DeadLetterSchema },
    ]),
  ],
  controllers: [WebhooksController, WebhookEventsController],
  providers: [
    WebhookGate,
    WebhooksService,
    DeadLettersService,
    UserChangedHandler,
    UserDeletedHandler,
    SessionEndedHandler,
    PaymentAttemptHandler,
  ],
})
export class WebhooksModule {}

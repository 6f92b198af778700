import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountModule } from '../account/account.module.js';
import { UsersModule } from '../users/users.module.js';
import { SvixVerifier } from './svix.js';
import { UserChangedHandler } from './user-changed.handler.js';
import { UserDeletedHandler } from './user-deleted.handler.js';
import { WebhookEvent, WebhookEventSchema } from './webhook-event.schema.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [
    DiscoveryModule,
    UsersModule,
    AccountModule,
    MongooseModule.forFeature([{ name: WebhookEvent.name, schema: WebhookEventSchema }]),
  ],
  controllers: [WebhooksController],
  providers: [SvixVerifier, WebhooksService, UserChangedHandler, UserDeletedHandler],
})
export class WebhooksModule {}

import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module.js';
import { Block, BlockSchema } from './block.schema.js';
import { BlocksController } from './blocks.controller.js';
import { BlocksService } from './blocks.service.js';
import { CounterCheckService } from './counter-check.service.js';
import { Follow, FollowSchema } from './follow.schema.js';
import { FollowsController } from './follows.controller.js';
import { FollowsService } from './follows.service.js';
import { GraphService } from './graph.service.js';
import { RelationsService } from './relations.service.js';
import { RequestAcceptanceService } from './request-acceptance.service.js';
import { SocialController } from './social.controller.js';
import { SocialService } from './social.service.js';

@Module({
  imports: [
    UsersModule,
    MongooseModule.forFeature([
      { name: Follow.name, schema: FollowSchema },
      { name: Block.name, schema: BlockSchema },
    ]),
  ],
  // Before `users/:userId`, the routes of `users/me`.
  controllers: [FollowsController, BlocksController, SocialController],
  providers: [
    BlocksService,
    CounterCheckService,
    FollowsService,
    GraphService,
    RelationsService,
    RequestAcceptanceService,
    SocialService,
  ],
  exports: [FollowsService, RequestAcceptanceService, SocialService],
})
export class SocialModule {}

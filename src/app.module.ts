import { type DynamicModule, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountModule } from './account/account.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { CONNECTION_OPTIONS, withDeadline } from './database.js';
import { HealthModule } from './health/health.module.js';
import { SocialModule } from './social/social.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WishlistModule } from './wishlist/wishlist.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        MongooseModule.forRoot(config.mongodbUri, {
          ...CONNECTION_OPTIONS,
          // `prepareDatabase` has proven the connection; what goes wrong from then on is a 503, not a crash.
          lazyConnection: true,
          connectionFactory: withDeadline,
        }),
        CommonModule,
        AuthModule,
        AccountModule,
        SocialModule,
        WishlistModule,
        WebhooksModule,
        HealthModule,
      ],
    };
  }
}

import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { InjectConnection, MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { AccountModule } from './account/account.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import { Traces } from './common/observability/traces.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { CONNECTION_OPTIONS, withDeadline } from './database/database.js';
import { HealthModule } from './health/health.module.js';
import { DeletionModule } from './deletion/deletion.module.js';
import { PurchasesModule } from './purchases/purchases.module.js';
import { ReconcilerModule } from './reconciler/reconciler.module.js';
import { SocialModule } from './social/social.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WishlistModule } from './wishlist/wishlist.module.js';

@Module({})
export class AppModule implements OnModuleInit {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly traces: Traces,
  ) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        MongooseModule.forRoot(config.mongodbUri, {
          ...CONNECTION_OPTIONS,
          // `onModuleInit` connects: the document is made without a database.
          lazyConnection: true,
          ...(config.traces === undefined ? {} : { monitorCommands: true }),
          connectionFactory: withDeadline,
        }),
        CommonModule,
        // In the order in which a request meets them: the caller, the user, the feature.
        AuthModule,
        UsersModule,
        AuditModule,
        WebhooksModule,
        WishlistModule,
        SocialModule,
        PurchasesModule,
        AccountModule,
        DeletionModule,
        ReconcilerModule,
        HealthModule,
      ],
    };
  }

  /** Runs before the port opens and before background work. A later failure is a 503, not a crash. */
  async onModuleInit(): Promise<void> {
    await this.connection.asPromise();
    this.traces.watchMongo(this.connection.getClient());
  }
}

import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Background } from './background.js';
import { Drain } from './shutdown-state.js';
import { Lock, LockSchema } from './mongodb/lock.schema.js';
import { LocksService } from './mongodb/locks.service.js';
import { Metrics } from './observability/metrics.js';
import { Cursors } from './http/page.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ProblemsController } from './http/problems.controller.js';
import { RateLimits } from './http/rate-limits.js';
import { RouteTable } from './http/route-table.js';
import { Traces, tracesProvider } from './observability/traces.js';
import { violations } from './http/validation-problem.js';

/** What every feature shares: errors, validation, cursors. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Lock.name, schema: LockSchema }])],
  controllers: [ProblemsController],
  providers: [
    Background,
    Drain,
    LocksService,
    Metrics,
    RateLimits,
    RouteTable,
    tracesProvider,
    {
      provide: Cursors,
      inject: [CONFIG],
      useFactory: ({ appSecret }: Config) => {
        if (appSecret === undefined) throw new Error('prepareDatabase comes first: it finds the APP_SECRET');
        return new Cursors(appSecret);
      },
    },
    { provide: APP_FILTER, useClass: ProblemFilter },
    {
      provide: APP_PIPE,
      useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: violations }),
    },
  ],
  exports: [Background, Cursors, Drain, LocksService, Metrics, RateLimits, RouteTable, Traces],
})
export class CommonModule {}

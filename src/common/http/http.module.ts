import { Global, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Cursors } from './page.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { RateLimits } from './rate-limits.js';
import { RouteTable } from './route-table.js';
import { toValidationProblem } from './validation-problem.js';

/** What every route shares: validation, problems, cursors, limits. */
@Global()
@Module({
  controllers: [ProblemsController],
  providers: [
    RateLimits,
    RouteTable,
    {
      provide: Cursors,
      inject: [CONFIG],
      useFactory: ({ appSecret }: Config) => {
        if (appSecret === undefined) throw new Error('APP_SECRET is missing: call prepareDatabase first');
        return new Cursors(appSecret);
      },
    },
    { provide: APP_FILTER, useClass: ProblemFilter },
    {
      provide: APP_PIPE,
      useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: toValidationProblem }),
    },
  ],
  exports: [Cursors, RateLimits, RouteTable],
})
export class HttpModule {}

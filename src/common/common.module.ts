import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { HttpModule } from './http/http.module.js';
import { MongodbModule } from './mongodb/mongodb.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { ShutdownState } from './shutdown-state.js';

/** What every feature shares, in three rooms, and beside them work in the background and the state of a shutdown. */
@Global()
@Module({
  imports: [HttpModule, MongodbModule, ObservabilityModule],
  providers: [Background, ShutdownState],
  exports: [Background, ShutdownState],
})
export class CommonModule {}

import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { HttpModule } from './http/http.module.js';
import { MongodbModule } from './mongodb/mongodb.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { ShutdownState } from './shutdown-state.js';

/** Shared by all features: three rooms, background work and the state of a shutdown. */
@Global()
@Module({
  imports: [HttpModule, MongodbModule, ObservabilityModule],
  providers: [Background, ShutdownState],
  exports: [Background, ShutdownState],
})
export class CommonModule {}

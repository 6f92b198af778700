import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { Traces, tracesProvider } from './traces.js';

/** Metrics and traces, for every room. */
@Global()
@Module({ providers: [Metrics, tracesProvider], exports: [Metrics, Traces] })
export class ObservabilityModule {}

import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Indexes } from './indexes.js';
import { MetricsController } from './metrics.controller.js';
import { Privileges } from './privileges.js';

/** Probes and metrics for operators. */
@Module({ controllers: [HealthController, MetricsController], providers: [Indexes, Privileges] })
export class HealthModule {}

import { hash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, type OnModuleInit, Res } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { FastifyReply } from 'fastify';
import type { Connection } from 'mongoose';
import { ApiHeader, ApiTags } from '../common/http/document-decorators.js';
import { Metrics } from '../common/observability/metrics.js';
import { Operation } from '../common/http/operation.decorator.js';
import { ProblemError } from '../common/problem.js';
import { EXPECTED_BEARER } from '../common/refused-token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Indexes } from './indexes.js';

@ApiTags('Health')
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectConnection() private readonly connection: Connection,
    private readonly metrics: Metrics,
    private readonly indexes: Indexes,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      {
        name: 'mongodb_missing_indexes',
        help: 'Indexes of the schemas that MongoDB does not have.',
      },
      async () => (await this.indexes.findMissing()).length,
    );
    const pool = watchPool(this.connection);
    this.metrics.gauge(
      {
        name: 'mongodb_pool_connections',
        help: 'Connections in use and available, and operations that wait for one.',
        label: 'state',
      },
      () => ({ in_use: pool.inUse, available: pool.open - pool.inUse, pending: pool.pending }),
    );
  }

  @Get()
  @Operation({
    id: 'getMetrics',
    summary: 'Get the metrics for Prometheus',
    description:
      'In the text format. Requires `Authorization: Bearer <METRICS_TOKEN>` if one is configured; without one it is open in development and 404 in production.',
    success: { 200: { description: 'All metrics of this instance.', text: true } },
    problems: ['unauthenticated', 'invalid_token', 'not_found'],
    never: ['rate_limited', 'overloaded'],
    public: true,
  })
  @ApiHeader({
    name: 'Authorization',
    required: false,
    description: '`Bearer <METRICS_TOKEN>`',
    schema: { type: 'string' },
  })
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    this.requireToken(authorization);
    void reply.header('content-type', this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.text();
  }

  private requireToken(authorization: string | undefined): void {
    const { metricsToken, environment } = this.config;
    if (metricsToken === undefined) {
      if (environment === 'production') throw new ProblemError('not_found');
      return;
    }
    if (authorization === undefined)
      throw new ProblemError('unauthenticated', 'Send the METRICS_TOKEN as Bearer token.');
    const [, token] = /^bearer (\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw new ProblemError('invalid_token', EXPECTED_BEARER);
    // Hashes have the same length, so the comparison takes constant time.
    if (!timingSafeEqual(sha256(token), sha256(metricsToken))) throw new ProblemError('invalid_token');
  }
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Counts the pool's connections by the driver's events (CMAP). */
function watchPool(connection: Connection): { open: number; inUse: number; pending: number } {
  const pool = { open: 0, inUse: 0, pending: 0 };
  connection
    .getClient()
    .on('connectionCreated', () => pool.open++)
    .on('connectionClosed', () => pool.open--)
    .on('connectionCheckOutStarted', () => pool.pending++)
    .on('connectionCheckedOut', () => {
      pool.pending--;
      pool.inUse++;
    })
    .on('connectionCheckOutFailed', () => pool.pending--)
    .on('connectionCheckedIn', () => pool.inUse--);
  return pool;
}

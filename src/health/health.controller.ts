import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { ApiTags } from '../common/http/document-decorators.js';
import { ShutdownState } from '../common/shutdown-state.js';
import { Operation } from '../common/http/operation.decorator.js';
import { ProblemError } from '../common/problem.js';
import { withTimeout } from '../common/with-timeout.js';
import type { MissingIndex } from '../common/mongodb/missing-indexes.js';
import { isRefusal, mongoFaultName } from '../common/mongodb/mongo-errors.js';
import { describePrivileges } from '../common/mongodb/privileges.js';
import { Indexes } from './indexes.js';
import { Privileges } from './privileges.js';

const DEADLINE_MS = 2000;

const healthSchema = z
  .object({
    status: z.literal('ok').meta({ description: 'A check that fails is a problem with status 503.' }),
  })
  .meta({ id: 'Health', description: 'The check passed.', example: { status: 'ok' } });

@ApiTags('Health')
@Controller('health')
export class HealthController {
  private pendingCheck: Promise<MissingIndex[]> | undefined;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly indexes: Indexes,
    private readonly privileges: Privileges,
    private readonly shutdown: ShutdownState,
  ) {}

  @Get('live')
  @Operation({
    id: 'getLiveness',
    summary: 'Liveness probe',
    description: 'Does not ask MongoDB: a process must not be restarted because its database is away.',
    success: { 200: { description: 'The process is alive.', schema: healthSchema } },
    never: ['rate_limited', 'overloaded'],
    public: true,
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    id: 'getReadiness',
    summary: 'Readiness probe',
    description:
      '503 while MongoDB does not answer within two seconds, while the database user lacks a privilege, while a unique index is missing, and during the shutdown. `detail` says which.',
    success: { 200: { description: 'The instance can serve requests.', schema: healthSchema } },
    problems: ['dependency_unavailable'],
    never: ['rate_limited', 'overloaded'],
    public: true,
  })
  async ready(): Promise<{ status: 'ok' }> {
    if (this.shutdown.isDraining) throw notReady('The instance is shutting down.');
    const missing = (await this.checkMongo()).filter(({ isUnique }) => isUnique);
    if (missing.length > 0) {
      throw notReady(`A unique index is missing: ${missing.map(({ name }) => name).join(', ')}.`);
    }
    return { status: 'ok' };
  }

  /** Concurrent probes share one check, because probes have no rate limit. */
  private async checkMongo(): Promise<MissingIndex[]> {
    try {
      this.pendingCheck ??= this.runCheck().finally(() => (this.pendingCheck = undefined));
      return await withTimeout(this.pendingCheck, DEADLINE_MS);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw notReady(
        isRefusal(error)
          ? `MongoDB refuses the database user: ${String(mongoFaultName(error))}.`
          : 'MongoDB does not answer.',
        error,
      );
    }
  }

  private async runCheck(): Promise<MissingIndex[]> {
    const ping = this.connection.getClient().db().command({ ping: 1 });
    const [refused] = await Promise.all([this.privileges.findMissing(), ping]);
    if (refused.length > 0) {
      const lacking = describePrivileges(refused).join('; ');
      throw notReady(`MongoDB refuses the database user: Unauthorized, it lacks ${lacking}.`);
    }
    return this.indexes.findMissing();
  }
}

function notReady(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('dependency_unavailable', detail, { cause });
}

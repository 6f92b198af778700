import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiTags } from '@nestjs/swagger';
import type { Connection } from 'mongoose';
import { z } from 'zod';
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
  .object({ status: z.literal('ok').meta({ description: 'Anything else is a problem with status 503.' }) })
  .meta({ id: 'Health', description: 'All is well.', example: { status: 'ok' } });

@ApiTags('Health')
@Controller('health')
export class HealthController {
  private asking: Promise<MissingIndex[]> | undefined;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly indexes: Indexes,
    private readonly privileges: Privileges,
    private readonly drain: ShutdownState,
  ) {}

  @Get('live')
  @Operation({
    id: 'getLiveness',
    summary: 'Is the process alive',
    description: 'Asks nobody: a process whose database is away must not be restarted for it.',
    success: { 200: { description: 'It is.', schema: healthSchema } },
    never: ['rate_limited', 'overloaded'],
    public: true,
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    id: 'getReadiness',
    summary: 'Can it serve requests',
    description:
      'No while MongoDB does not answer within two seconds, while it refuses the database user something, while a unique index is missing, and from the signal to stop on. `detail` says which.',
    success: { 200: { description: 'It can.', schema: healthSchema } },
    problems: ['dependency_unavailable'],
    never: ['rate_limited', 'overloaded'],
    public: true,
  })
  async ready(): Promise<{ status: 'ok' }> {
    if (this.drain.isDraining) throw notReady('The instance is about to stop.');
    const missing = (await this.askMongo()).filter(({ isUnique }) => isUnique);
    if (missing.length > 0) {
      throw notReady(`A unique index is missing: ${missing.map(({ name }) => name).join(', ')}.`);
    }
    return { status: 'ok' };
  }

  /** One question for all who ask at the same time: nobody counts how often they do. */
  private async askMongo(): Promise<MissingIndex[]> {
    try {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      return await withTimeout(this.asking, DEADLINE_MS);
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

  private async ask(): Promise<MissingIndex[]> {
    const ping = this.connection.getClient().db().command({ ping: 1 });
    const [refused] = await Promise.all([this.privileges.missing(), ping]);
    if (refused.length > 0) {
      const lacking = describePrivileges(refused).join('; ');
      throw notReady(`MongoDB refuses the database user: Unauthorized, it lacks ${lacking}.`);
    }
    return this.indexes.missing();
  }
}

function notReady(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('dependency_unavailable', detail, { cause });
}

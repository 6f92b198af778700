import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiTags } from '@nestjs/swagger';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { Operation } from '../common/operation.decorator.js';
import { within } from '../common/within.js';
import { ProblemError } from '../common/problem.js';

const PING_DEADLINE_MS = 2000;

const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  @Get('live')
  @Operation({
    id: 'getLiveness',
    summary: 'Is the process alive',
    success: { 200: { description: 'It is.', schema: healthSchema } },
    public: true,
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    id: 'getReadiness',
    summary: 'Can it serve requests',
    description: 'Asks MongoDB each time; it has two seconds.',
    success: { 200: { description: 'It can.', schema: healthSchema } },
    problems: ['dependency_unavailable'],
    public: true,
  })
  async ready(): Promise<{ status: 'ok' }> {
    try {
      await within(PING_DEADLINE_MS, this.connection.getClient().db().command({ ping: 1 }));
    } catch (error) {
      throw new ProblemError('dependency_unavailable', 'MongoDB does not answer.', { cause: error });
    }
    return { status: 'ok' };
  }
}

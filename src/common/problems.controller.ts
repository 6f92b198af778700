import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Operation } from './operation.decorator.js';
import { PROBLEMS, type ProblemCode, ProblemError, problemType } from './problem.js';

const problemPageSchema = z
  .object({
    type: z.string(),
    code: z.string(),
    status: z.int(),
    title: z.string(),
    explanation: z.string(),
  })
  .meta({ id: 'ProblemType' });

const slugParam = z.string().meta({ description: 'The code, with dashes.', example: 'user-not-found' });

/** What the `type` of an error points at. */
@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @Get(':slug')
  @Operation({
    id: 'getProblemType',
    summary: 'What an error means',
    success: { 200: { description: 'The explanation.', schema: problemPageSchema } },
    problems: ['not_found'],
    public: true,
  })
  get(@Param('slug', { schema: slugParam }) slug: string): z.infer<typeof problemPageSchema> {
    const code = slug.replaceAll('-', '_');
    if (!isProblemCode(code)) throw new ProblemError('not_found');
    return { type: problemType(code), code, ...PROBLEMS[code] };
  }
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

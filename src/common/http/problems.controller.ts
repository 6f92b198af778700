import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from './document-decorators.js';
import { Operation } from './operation.decorator.js';
import { PROBLEMS, type ProblemCode, ProblemError, problemType } from '../problem.js';

const problemPageSchema = z
  .object({
    type: z
      .string()
      .meta({ description: 'The `type` of the problem: the URL of this page, relative to the server.' }),
    code: z.string().meta({ description: 'Clients branch on this.' }),
    status: z.int().meta({ description: 'The HTTP status of the problem.' }),
    title: z.string().meta({ description: 'The code in a few words.' }),
    explanation: z.string().meta({ description: 'What happened and what a caller can do.' }),
  })
  .meta({
    id: 'ProblemType',
    description: 'The explanation of an error code.',
    example: { type: problemType('username_taken'), code: 'username_taken', ...PROBLEMS.username_taken },
  });

const slugParam = z.string().meta({ description: 'The code, with dashes.', example: 'user-not-found' });

@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @Get(':slug')
  @Operation({
    id: 'getProblemType',
    summary: 'Explain an error code',
    description: 'The `type` of every problem is the URL of such a page.',
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

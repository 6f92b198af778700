import { Param, type PipeTransform } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { z } from 'zod';
import { objectIdOf } from '../mongodb/object-id.js';
import { ProblemError } from '../problem.js';

export type NotFoundCode = 'not_found' | 'user_not_found';

export class ObjectIdPipe implements PipeTransform<string, Types.ObjectId> {
  constructor(readonly problem: NotFoundCode) {}

  /** @throws ProblemError `problem` for a text that can't be an id: no document has it */
  transform(text: string): Types.ObjectId {
    const id = objectIdOf(text);
    if (id === undefined) throw new ProblemError(this.problem);
    return id;
  }
}

/** The id of a document in the path, as a `Types.ObjectId`. The operation documents `problem` by itself. */
export function IdParam(name: string, schema: z.ZodString, problem: NotFoundCode): ParameterDecorator {
  return Param(name, { schema, pipes: [new ObjectIdPipe(problem)] });
}

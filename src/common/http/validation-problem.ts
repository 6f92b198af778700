import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProblemError } from '../problem.js';

/** Violations listed in an answer: a hostile body can have a million of them. */
const MAX_VIOLATIONS = 20;

/** `validation_failed` with a JSON pointer (RFC 6901) to each issue of a schema. Values are not repeated. */
export function toValidationProblem(issues: readonly StandardSchemaV1.Issue[]): ProblemError {
  const errors = issues.slice(0, MAX_VIOLATIONS).map(({ path = [], message }) => ({
    pointer: path
      .map((segment) => `/${escape(typeof segment === 'object' ? segment.key : segment)}`)
      .join(''),
    detail: message,
  }));
  return new ProblemError('validation_failed', undefined, { errors });
}

function escape(key: PropertyKey): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

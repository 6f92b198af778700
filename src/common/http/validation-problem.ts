import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProblemError, type Violation } from '../problem.js';
import { cutText } from './text.js';

/** Violations listed in an answer: a hostile body can have a million of them. */
const MAX_VIOLATIONS = 20;
/** A reason can name unknown keys, which a hostile body can have by the million, too. */
const MAX_DETAIL_LENGTH = 300;

/** `validation_failed` with the violations of a schema's issues. */
export function toValidationProblem(issues: readonly StandardSchemaV1.Issue[]): ProblemError {
  return new ProblemError('validation_failed', undefined, {
    errors: toViolations(issues.slice(0, MAX_VIOLATIONS)),
  });
}

/**
 * A JSON pointer (RFC 6901) and the reason for each issue of a schema. Values are not repeated.
 * @param where the pointer to what the schema describes
 */
export function toViolations(issues: readonly StandardSchemaV1.Issue[], where = ''): Violation[] {
  return issues.map(({ path = [], message }) => ({
    pointer: path.reduce<string>(
      (pointer, segment) => `${pointer}/${escape(typeof segment === 'object' ? segment.key : segment)}`,
      where,
    ),
    detail: cutText(message, MAX_DETAIL_LENGTH),
  }));
}

function escape(key: PropertyKey): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

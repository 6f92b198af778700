import type { z } from 'zod';
import { ClerkError, type ClerkErrorItem, clerkError, parameterItem } from './errors.ts';

type Issue = z.core.$ZodIssue;

/** Zod's names of types that Clerk names otherwise. */
const KINDS: Record<string, string> = { record: 'object', number: 'integer', int: 'integer' };

/** Clerk's short messages, where it isn't "is invalid". */
const MESSAGES: Readonly<Record<string, string>> = {
  form_param_array_size_exceeded: 'exceeds maximum size',
  form_param_invalid_time: 'invalid format',
};

/** The parsed value. @throws Clerk's 422, with an item for every wrong parameter */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  if (issues.some(({ code, path }) => path.length === 0 && code !== 'unrecognized_keys')) {
    throw clerkError(400, 'request_body_invalid', 'Request body invalid');
  }
  throw new ClerkError(
    422,
    issues.flatMap((issue) => items(issue, value)),
  );
}

function items(issue: Issue, value: unknown): ClerkErrorItem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const text = `${name} is not a valid parameter for this request.`;
      return parameterItem('form_param_unknown', name, 'is unknown', text);
    });
  }
  const name = String(issue.path[0]);
  if (isMissing(issue, value)) {
    return [parameterItem('form_param_missing', name, 'is missing', `${name} must be included.`)];
  }
  const { code, text } = describe(issue, name);
  return [parameterItem(code, name, MESSAGES[code] ?? 'is invalid', text)];
}

function describe(issue: Issue, name: string): { code: string; text: string } {
  switch (issue.code) {
    case 'invalid_type': {
      const text = `\`${name}\` must be a \`${KINDS[issue.expected] ?? issue.expected}\`.`;
      return { code: 'form_param_type_invalid', text };
    }
    case 'invalid_union':
      return { code: 'form_param_type_invalid', text: `\`${name}\` has a wrong type.` };
    case 'invalid_value': {
      const allowed = issue.values.map(String).join(', ');
      const text = `The value does not match the allowed values for parameter ${name}. Allowed values: ${allowed}`;
      return { code: 'form_param_value_invalid', text };
    }
    case 'invalid_format':
      return { code: 'form_param_format_invalid', text: `${name} must be a valid ${issue.format}.` };
    case 'custom': {
      const code: unknown = issue.params?.['code'];
      const text = `${name} ${issue.message}`;
      return { code: typeof code === 'string' ? code : 'form_param_value_invalid', text };
    }
    default:
      return { code: 'form_param_value_invalid', text: `${name}: ${issue.message}.` };
  }
}

function isMissing(issue: Issue, value: unknown): boolean {
  if (issue.path.length !== 1 || typeof value !== 'object' || value === null) return false;
  return (value as Record<string, unknown>)[String(issue.path[0])] === undefined;
}

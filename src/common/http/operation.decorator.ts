import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse, ApiSecurity } from './document-decorators.js';
import { PROBLEMS, type ProblemCode } from '../problem.js';
import { ObjectIdPipe } from './id-param.decorator.js';
import { Public } from './public.decorator.js';

const AUTHENTICATED_PROBLEMS: readonly ProblemCode[] = [
  'unauthenticated',
  'invalid_token',
  'token_expired',
  'session_revoked',
  'account_deleted',
  'account_suspended',
  'user_sync_failed',
  'rate_limited',
  'dependency_unavailable',
  'overloaded',
  'internal_error',
];
const PUBLIC_PROBLEMS: readonly ProblemCode[] = ['rate_limited', 'overloaded', 'internal_error'];
const QUERY_PROBLEMS: readonly ProblemCode[] = ['validation_failed'];
const CURSOR_PROBLEMS: readonly ProblemCode[] = ['invalid_cursor'];
/** A client may also be too slow with a body. */
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'validation_failed',
  'payload_too_large',
  'unsupported_media_type',
  'request_timeout',
];

/** Marks operations with a smaller budget per caller. */
export const IS_EXPENSIVE = 'roavelo:expensive';

interface Success {
  description: string;
  schema?: z.ZodType;
  html?: boolean;
  text?: boolean;
  example?: unknown;
  headers?: Record<string, { description: string; schema: { type: 'string' } }>;
}

export interface OperationOptions {
  /** The `operationId`, unique; the method name in generated clients. */
  id: string;
  summary: string;
  description?: string;
  /** By status. The first one is the handler's default. */
  success: Record<number, Success>;
  /** Besides the shared ones and those implied by a body, a query or an id in the path. */
  problems?: readonly ProblemCode[];
  /** Shared problems that this operation can't answer with. */
  never?: readonly ProblemCode[];
  /** Takes a body as raw bytes, not by `@Body()`. */
  rawBody?: boolean;
  public?: boolean;
  /** Has its own limit, a tenth of the usual one. */
  expensive?: boolean;
  /** Its body may have 1 MB. */
  largeBody?: boolean;
  /** Changes the social graph: a user may have a limited number of these waiting. */
  queued?: boolean;
  /** The `Cache-Control` of the answer. Also sets an `ETag` and answers 304 to callers who have it. */
  cacheControl?: string;
}

/**
 * Keeps together what must agree about an operation: whether it needs a token, its success status and,
 * in the document, its id, answers with schemas, problems and security.
 */
export function Operation(options: OperationOptions): MethodDecorator {
  // Decorators of parameters run first, so the parameters are known here.
  return (controller, method, descriptor) => {
    const problems = problemsOf(options, parametersOf(controller, method));
    decorate(options, problems)(controller, method, descriptor);
  };
}

interface Parameters {
  /** Of ids in the path: what an id that doesn't exist is answered with. */
  notFound: readonly ProblemCode[];
  hasBody: boolean;
  hasQuery: boolean;
  hasCursor: boolean;
}

/** Nest's record of a parameter, under `<type>:<index>`. */
type ParameterRecords = Record<string, { schema?: { shape?: object }; pipes: readonly unknown[] }>;

function parametersOf(controller: object, method: string | symbol): Parameters {
  const records = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller.constructor, method) ??
    {}) as ParameterRecords;
  const ofType = (type: RouteParamtypes) =>
    Object.entries(records).flatMap(([key, record]) => (key.startsWith(`${type}:`) ? [record] : []));
  const queries = ofType(RouteParamtypes.QUERY);
  const pipes = ofType(RouteParamtypes.PARAM).flatMap((record) => record.pipes);
  return {
    notFound: pipes.flatMap((pipe) => (pipe instanceof ObjectIdPipe ? [pipe.problem] : [])),
    hasBody: ofType(RouteParamtypes.BODY).length > 0,
    hasQuery: queries.length > 0,
    hasCursor: queries.some(({ schema }) => Object.hasOwn(schema?.shape ?? {}, 'cursor')),
  };
}

/** Own problems, those implied by parameters, and the shared ones. */
function problemsOf(
  options: OperationOptions,
  { notFound, hasBody, hasQuery, hasCursor }: Parameters,
): ProblemCode[] {
  const shared = options.public ? PUBLIC_PROBLEMS : AUTHENTICATED_PROBLEMS;
  return [
    ...new Set<ProblemCode>([
      ...notFound,
      ...(options.problems ?? []),
      ...(hasQuery ? QUERY_PROBLEMS : []),
      ...(hasCursor ? CURSOR_PROBLEMS : []),
      ...(hasBody || options.rawBody === true ? BODY_PROBLEMS : []),
      ...shared.filter((code) => options.never?.includes(code) !== true),
    ]),
  ];
}

function decorate(options: OperationOptions, problems: readonly ProblemCode[]): MethodDecorator {
  const statuses = [...new Set(problems.map((code) => PROBLEMS[code].status))];
  const [status] = Object.keys(options.success).map(Number);
  if (status === undefined) throw new Error(`${options.id} documents no success`);

  return applyDecorators(
    ApiOperation({
      operationId: options.id,
      summary: options.summary,
      ...describe(options),
    }),
    ...(options.expensive === true ? [SetMetadata(IS_EXPENSIVE, true)] : []),
    HttpCode(status),
    ...Object.entries(options.success).map(([code, success]) =>
      successResponse(Number(code), withHeaders(success, options)),
    ),
    RouteConfig({ cacheControl: options.cacheControl, largeBody: options.largeBody }),
    ...(options.cacheControl === undefined ? [] : revalidation()),
    ...statuses.map((code) => problemResponse(code, problems)),
    // An empty requirement means no authentication; without one, the document's default would apply.
    ...(options.public ? [Public(), ApiSecurity({})] : [ApiBearerAuth('session')]),
  );
}

const EXPENSIVE = 'Has its own limit, a tenth of the usual one.';

const LARGE_BODY = 'The body may have 1 MB.';

const QUEUED =
  'A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.';

function describe({ description, largeBody, expensive, queued }: OperationOptions): { description?: string } {
  const parts = [
    description,
    largeBody === true ? LARGE_BODY : undefined,
    expensive === true ? EXPENSIVE : undefined,
    queued === true ? QUEUED : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { description: parts.join('\n\n') };
}

const ETAG = { description: 'Identifies the content (RFC 9110), weak.', schema: { type: 'string' as const } };

const USER_CREATED = {
  description: '`true` if this request created the user. Absent otherwise. Errors may have it, too.',
  schema: { type: 'string' as const },
};

function withHeaders(success: Success, { public: isPublic, never, cacheControl }: OperationOptions): Success {
  const mayCreateUser = isPublic !== true && never?.includes('user_sync_failed') !== true;
  const headers = {
    ...success.headers,
    ...(cacheControl === undefined ? {} : { ETag: ETAG }),
    ...(mayCreateUser ? { 'X-User-Created': USER_CREATED } : {}),
  };
  return Object.keys(headers).length === 0 ? success : { ...success, headers };
}

function revalidation(): MethodDecorator[] {
  return [
    ApiHeader({
      name: 'If-None-Match',
      description: 'The `ETag` of an earlier answer: 304 if it is unchanged.',
      required: false,
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 304, description: 'The earlier answer is still valid.', headers: { ETag: ETAG } }),
  ];
}

function successResponse(
  status: number,
  { description, schema, html, text, example, headers }: Success,
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    ...(schema === undefined ? {} : { standardSchema: schema as never }),
    ...(text === true ? { content: { 'text/plain': { schema: { type: 'string' } } } } : {}),
    ...(html === true ? { content: { 'text/html': { schema: { type: 'string' } } } } : {}),
    ...(example === undefined ? {} : { example }),
    ...(headers === undefined ? {} : { headers }),
  });
}

const RETRY_AFTER = {
  description: 'Seconds to wait.',
  schema: { type: 'integer' as const, format: 'int32', minimum: 0, maximum: 86_400 },
};
const PROBLEM_HEADERS: Partial<Record<number, Record<string, { description: string; schema: object }>>> = {
  401: {
    'WWW-Authenticate': {
      description: 'RFC 6750, `error_description` is the code.',
      schema: { type: 'string' },
    },
  },
  429: {
    'Retry-After': RETRY_AFTER,
    RateLimit: {
      description: 'The rest of that budget (`r`) and the seconds until its reset (`t`).',
      schema: { type: 'string' },
    },
    'RateLimit-Policy': {
      description:
        'The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests.',
      schema: { type: 'string' },
    },
  },
  503: { 'Retry-After': RETRY_AFTER },
};

/** One answer per status; its codes are an enum in the schema, with an example each. */
function problemResponse(status: number, all: readonly ProblemCode[]): MethodDecorator {
  const codes = all.filter((code) => PROBLEMS[code].status === status);
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return ApiResponse({
    status,
    ...(PROBLEM_HEADERS[status] === undefined ? {} : { headers: PROBLEM_HEADERS[status] }),
    description: codes.map((code) => PROBLEMS[code].title).join(', or: '),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { type: 'string', enum: codes } } },
          ],
        },
        examples,
      },
    },
  });
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiHeader } from './document-decorators.js';

/** The `Accept-Language` header; `@Localized()` documents it. */
export const AcceptLanguage = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['accept-language'],
);

/** Documents that the operation answers in the caller's language. */
export function Localized(): MethodDecorator {
  return ApiHeader({
    name: 'Accept-Language',
    description: 'Preferred languages, best first (RFC 9110). English when none is available.',
    required: false,
    schema: { type: 'string', examples: ['pt-PT, en;q=0.5'] },
  });
}

/** Sets `Content-Language`, and `Vary` because the answer depends on the caller's languages. */
export function setContentLanguage(reply: FastifyReply, locale: string): void {
  // CORS may have named the origin already.
  const vary = reply.getHeader('vary');
  void reply
    .header('content-language', locale)
    .header('vary', vary === undefined ? 'Accept-Language' : `${String(vary)}, Accept-Language`);
}

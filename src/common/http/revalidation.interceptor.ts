import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { etag } from 'etag';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fresh from 'fresh';
import { map, type Observable } from 'rxjs';

/**
 * Sets the `ETag` (RFC 9110) of an answer and answers 304 to a caller who has it already. The caller is
 * checked and the answer is made each time; only its transfer is saved. Part of `@Operation({
 * cacheControl })`, which documents it.
 */
export class RevalidationInterceptor implements NestInterceptor {
  constructor(private readonly cacheControl: string) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => {
        // Weak: it identifies the content, not its bytes.
        const tag = etag(JSON.stringify(body), { weak: true });
        void reply.header('etag', tag).header('cache-control', this.cacheControl);
        // Ignores the request's `Cache-Control`: `fetch` adds `no-cache` to requests with `If-None-Match`.
        if (!fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag: tag })) return body;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}

import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { etag } from 'etag';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fresh from 'fresh';
import { map, type Observable } from 'rxjs';

/**
 * Gives an answer its `ETag` (RFC 9110), and answers 304 to a caller who has it already. The answer is made and its caller checked all the
 * same: what is saved is the way there. Part of `@Operation({ cacheControl })`, which documents it.
 */
export class RevalidationInterceptor implements NestInterceptor {
  constructor(private readonly cacheControl: string) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => {
        // Weak: the same content, whatever its bytes are.
        const tag = etag(JSON.stringify(body), { weak: true });
        void reply.header('etag', tag).header('cache-control', this.cacheControl);
        // Not its `Cache-Control`: `fetch` adds `no-cache` to every request that brings its own tags.
        if (!fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag: tag })) return body;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}

import { etag } from 'etag';
import type { onRouteHookHandler, onSendHookHandler } from 'fastify';
import fresh from 'fresh';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** By `@Operation({ cacheControl })`. */
    cacheControl?: string;
  }
}

/** onRoute: routes with a `Cache-Control` of their own answer with an `ETag`, or 304. */
export const revalidateCacheable: onRouteHookHandler = (route) => {
  const { cacheControl } = route.config ?? {};
  if (cacheControl === undefined) return;
  // First: the one of a HEAD route drops the body.
  route.onSend = [revalidate(cacheControl), ...[route.onSend ?? []].flat()];
};

/**
 * Sets the `ETag` (RFC 9110) of an answer and answers 304 to a caller who has it already. The caller is
 * checked and the answer is made each time; only its transfer is saved. A handler that keeps its answer
 * sets the `ETag` itself.
 */
function revalidate(cacheControl: string): onSendHookHandler {
  return ({ method, headers }, reply, body, done) => {
    if (reply.statusCode !== 200) {
      done(null, body);
      return;
    }
    const tag = reply.getHeader('etag')?.toString() ?? etagOf(body as string | Buffer);
    void reply.header('etag', tag).header('cache-control', cacheControl);
    // Ignores the request's `Cache-Control`: `fetch` adds `no-cache` to requests with `If-None-Match`.
    if (!fresh({ 'if-none-match': headers['if-none-match'] }, { etag: tag })) {
      done(null, body);
      return;
    }
    void reply.status(304).removeHeader('content-type');
    // Fastify drops the body of a HEAD itself.
    done(null, method === 'HEAD' ? body : null);
  };
}

/** Weak: it identifies the content, not its bytes. */
export function etagOf(body: string | Buffer): string {
  return etag(body, { weak: true });
}

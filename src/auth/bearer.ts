import type { FastifyRequest } from 'fastify';

/** RFC 6750 §2.1: one scheme in any case, one space, one b64token. */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** The token of the one `Authorization` header; undefined when there is none, when it isn't one Bearer token, or when there are several. */
export function bearerOf({ headers, raw }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  // Node keeps the first of several; `rawHeaders` shows them all.
  const several = raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  );
  return several.length === 1 ? BEARER.exec(authorization)?.[1] : undefined;
}

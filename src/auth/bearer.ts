import type { FastifyRequest } from 'fastify';

/** RFC 6750 §2.1: one scheme in any case, one space, one b64token. */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Whether a request has an `Authorization` header at all, whatever it holds. */
export function hasCredentials({ headers: { authorization } }: FastifyRequest): boolean {
  return authorization !== undefined && authorization !== '';
}

/** The token of the one `Authorization` header; undefined when there is none, when it isn't one Bearer token, or when there are several. */
export function bearerOf({ raw }: FastifyRequest): string | undefined {
  // `headers` keeps the first of several; here all of them are joined by a comma, which no b64token has.
  return BEARER.exec(String(raw.headersDistinct['authorization']))?.[1];
}

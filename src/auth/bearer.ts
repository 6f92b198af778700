import type { FastifyRequest } from 'fastify';

/** RFC 6750 §2.1: one scheme in any case, one space, one b64token. */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Whether the request has an `Authorization` header, whatever its content. */
export function hasCredentials({ headers: { authorization } }: FastifyRequest): boolean {
  return authorization !== undefined && authorization !== '';
}

/** The token of the one `Authorization` header; undefined for no header, several, or anything but one Bearer token. */
export function bearerOf({ raw }: FastifyRequest): string | undefined {
  // `headers` keeps the first of several headers; this joins all of them by commas, which no b64token contains.
  return BEARER.exec(String(raw.headersDistinct['authorization']))?.[1];
}

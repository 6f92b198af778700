import { hash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

export type HeaderSet = Readonly<Record<string, string>>;

const API: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
};
/**
 * Swagger UI: its own scripts and styles, inline styles and images, calls of this API and, in local
 * mode, of the local Clerk.
 */
const docs = (inlineScript: string | undefined): HelmetOptions => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", ...(inlineScript === undefined ? [] : [`'sha256-${sha256(inlineScript)}'`])],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      // Tokens come from the local Clerk.
      connectSrc: ["'self'", ...(inlineScript === undefined ? [] : ['http://127.0.0.1:*'])],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

/** The headers of helmet, computed once: computing them for each answer doubles the cost of a small one. */
export const SECURITY_HEADERS = headersOf(API);

/** The headers of Swagger UI's page, which may contain this one inline script. */
export function docsHeaders(inlineScript?: string): HeaderSet {
  return headersOf(docs(inlineScript));
}

function sha256(script: string): string {
  return hash('sha256', script, 'base64');
}

function headersOf(options: HelmetOptions): HeaderSet {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, () => undefined);
  return Object.freeze(
    Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)])),
  );
}

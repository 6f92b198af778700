import { Webhook } from 'svix';

export interface SvixHeaders {
  'svix-id': string;
  'svix-timestamp': string;
  'svix-signature': string;
}

/** Svix's headers, with a signature by each secret. @param timestamp ms since 1970 */
export function signatureHeaders(
  secrets: readonly string[],
  svixId: string,
  timestamp: number,
  body: string | Buffer,
): SvixHeaders {
  const date = new Date(timestamp);
  return {
    'svix-id': svixId,
    'svix-timestamp': String(Math.floor(timestamp / 1000)),
    'svix-signature': secrets.map((secret) => new Webhook(secret).sign(svixId, date, body)).join(' '),
  };
}

import { clerkError } from './errors.ts';

const LOOPBACK = /^(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Schemes that browsers and systems handle themselves: they open no app that asked for a sign-in. */
const NOT_AN_APP = new Set(
  [
    'about blob content data file filesystem ftp intent javascript vbscript view-source ws wss',
    'facetime mailto sms tel',
  ].flatMap((names) => names.split(' ').map((scheme) => `${scheme}:`)),
);

/**
 * Where a sign-in may lead: a page of this machine, or an app by its own scheme (`myapp://…`). Clerk has a
 * list per instance instead.
 * @returns it as a header can carry it. @throws Clerk's 422 for no URL, 400 for another site
 */
export function checkRedirectUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^[a-z][a-z0-9+.-]*:\//i.test(url)) {
    const text = 'The provided redirect url is not in a valid format';
    throw clerkError(422, 'invalid_redirect_url', 'Redirect url invalid', text);
  }
  const { protocol, hostname } = parsed;
  const isPage = protocol === 'http:' || protocol === 'https:';
  if (isPage ? LOOPBACK.test(hostname) : !NOT_AN_APP.has(protocol)) return parsed.href;
  const text =
    'The current redirect url passed in the sign in or sign up request does not match an authorized redirect' +
    ` URI for this instance: loopback, *.localhost and the schemes of apps are. ${url}`;
  throw clerkError(400, 'resource_missmatch', 'Redirect url mismatch', text);
}

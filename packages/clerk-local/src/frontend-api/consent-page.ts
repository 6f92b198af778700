import { PROVIDERS } from '../store/oauth.ts';
import type { OAuthRequest, ProviderPerson } from '../store/oauth-records.ts';

/** Nothing runs and nothing is loaded, but the style sheet; its answer leads to the app. */
export function consentPolicy({
  redirect_url: url,
  action_complete_redirect_url: complete,
}: OAuthRequest): string {
  const targets = [url, complete ?? url].map(formTarget).join(' ');
  return (
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; " +
    `form-action 'self' ${targets}`
  );
}

/** What the local provider shows: people to choose from, a form for anybody else, and "Cancel". */
export function consentPage(
  { provider }: OAuthRequest,
  people: readonly ProviderPerson[],
  styleSheet: string,
): string {
  const { name } = PROVIDERS[provider];
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Sign in with ${name} (local)</title>
    <link rel="stylesheet" href="${escape(styleSheet)}" />
  </head>
  <body>
    <main>
      <h1>Sign in with ${name}</h1>
      <p>The local Clerk stands for ${name} here: nothing leaves this machine.</p>
      ${people.map(choice).join('')}
      ${people.length > 0 ? '<hr />' : ''}
      <form method="post">
        <label>E-mail address <input name="email_address" type="email" required autocomplete="email" /></label>
        <div class="names">
          <label>First name <input name="first_name" autocomplete="given-name" /></label>
          <label>Last name <input name="last_name" autocomplete="family-name" /></label>
        </div>
        <button class="allow" name="consent" value="allow">Allow</button>
      </form>
      <form method="post"><button class="cancel" name="consent" value="deny">Cancel</button></form>
    </main>
  </body>
</html>
`;
}

function choice({ email_address: email, first_name: first, last_name: last }: ProviderPerson): string {
  const hidden = Object.entries({ email_address: email, first_name: first, last_name: last })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}" />`)
    .join('');
  const name = `${first} ${last}`.trim();
  return `<form method="post">${hidden}<button name="consent" value="allow">${escape(name || email)}
    <small>${escape(email)}</small></button></form>`;
}

// Browsers apply `form-action` to the redirects of a form, too. It has no syntax for IPv6 addresses.
function formTarget(url: string): string {
  const { protocol, origin, hostname } = new URL(url);
  return origin === 'null' || hostname.startsWith('[') ? protocol : origin;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

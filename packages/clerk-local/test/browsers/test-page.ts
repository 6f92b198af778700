import type { ClerkLocal } from 'clerk-local';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

type Instance = Pick<ClerkLocal, 'proxyUrl' | 'publishableKey'>;

/** Pages that load clerk-js from node_modules through the Frontend API. */
export interface TestPage {
  /** http://127.0.0.1:… */
  url: string;
  close(): void;
}

/**
 * A minimal application: below `/absolute` with the instance's own `proxyUrl`, below `/relative` with one on
 * its own origin, which it forwards as development servers do. `…/sso-callback` ends a sign-in at a provider;
 * `…/components/sign-in` and `…/components/sign-up` show Clerk's components.
 */
export async function startTestPage(instance: Instance): Promise<TestPage> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/__clerk')) forward(instance, request, response);
    else if (path === '/favicon.ico') response.writeHead(204).end();
    else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        html(
          instance,
          path.startsWith('/relative') ? '/__clerk' : instance.proxyUrl,
          path.includes('/components'),
        ),
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function html({ publishableKey }: Instance, proxyUrl: string, components: boolean): string {
  return `<!doctype html>
<html lang="en">
  <title>An application with Clerk</title>
  <script
    src="${proxyUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    crossorigin="anonymous"
    data-clerk-publishable-key="${publishableKey}"
    data-clerk-proxy-url="${proxyUrl}"
  ></script>
  ${components ? `<script src="${proxyUrl}/npm/@clerk/ui@1/dist/ui.browser.js"></script>` : ''}
  <div id="component"></div>
  <script>
    Clerk.load({ telemetry: false, ui: { ClerkUI: window.__internal_ClerkUICtor } }).then(() => {
      const component = document.getElementById('component');
      const redirect = { fallbackRedirectUrl: '/relative?done' };
      if (location.pathname.endsWith('/sso-callback')) Clerk.handleRedirectCallback({});
      if (location.pathname.endsWith('/components/sign-up')) Clerk.mountSignUp(component, redirect);
      if (location.pathname.endsWith('/components/sign-in')) Clerk.mountSignIn(component, redirect);
    });
  </script>
</html>`;
}

function forward(instance: Instance, request: IncomingMessage, response: ServerResponse): void {
  const target = instance.proxyUrl + (request.url ?? '').slice('/__clerk'.length);
  const { method, headers } = request;
  const forwarded = httpRequest(
    target,
    { ...(method === undefined ? {} : { method }), headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  forwarded.on('error', () => response.destroy());
  request.pipe(forwarded);
}

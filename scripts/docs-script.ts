/**
 * JavaScript for Swagger UI's page that signs it in with tokens from `tokenUrl` and renews them before they expire. It
 * leaves alone what a person enters under "Authorize", and a sign-out there.
 */
export function docsScript(tokenUrl: string): string {
  return `(${signIn.toString()})(${JSON.stringify(tokenUrl)});`;
}

/** Runs in the browser, so it uses nothing from outside itself. */
function signIn(tokenUrl: string): void {
  const RENEW_EVERY_MS = 40_000;
  interface SwaggerUi {
    specSelectors: { securityDefinitions(): { has(name: string): boolean } | undefined };
    authSelectors: { authorized(): { getIn(path: string[]): unknown } };
    preauthorizeApiKey(name: string, value: string): void;
  }
  const page = globalThis as unknown as {
    ui?: SwaggerUi & { getSystem?: () => SwaggerUi };
    document: { hidden: boolean; addEventListener(type: string, listener: () => void): void };
  };
  const scheme = 'session';
  let ours: unknown;

  const renew = async () => {
    const ui = page.ui?.getSystem?.() ?? page.ui;
    if (ui?.specSelectors.securityDefinitions()?.has(scheme) !== true) {
      setTimeout(() => void renew(), 50);
      return;
    }
    if (ours !== undefined && ui.authSelectors.authorized().getIn([scheme, 'value']) !== ours) return;
    const answer = await fetch(tokenUrl).catch(() => undefined);
    if (answer?.ok !== true) return;
    const { token } = (await answer.json()) as { token: string };
    page.ui?.preauthorizeApiKey(scheme, token);
    ours = token;
  };
  void renew();
  setInterval(() => void renew(), RENEW_EVERY_MS);
  // A page in the background sleeps through its timers.
  page.document.addEventListener('visibilitychange', () => {
    if (!page.document.hidden) void renew();
  });
}

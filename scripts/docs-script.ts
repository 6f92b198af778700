/**
 * JavaScript for Swagger UI's page that signs it in with tokens from `tokenUrl` and renews them before they expire. It
 * leaves alone what a person enters under "Authorize", and a sign-out there.
 */
export function docsScript(tokenUrl: string): string {
  return `(${signIn.toString()})(${JSON.stringify(tokenUrl)});`;
}

/** Runs in the browser, so it uses nothing from outside itself. */
function signIn(tokenUrl: string): void {
  const RETRY_MS = 5_000;
  const SCHEME = 'session';
  interface SwaggerUi {
    specSelectors: { securityDefinitions(): { has(name: string): boolean } | undefined };
    authSelectors: { authorized(): { getIn(path: string[]): unknown } };
    preauthorizeApiKey(name: string, value: string): void;
  }
  const page = globalThis as unknown as {
    ui?: SwaggerUi & { getSystem?: () => SwaggerUi };
    document: { hidden: boolean; addEventListener(type: string, listener: () => void): void };
  };
  let ours: unknown;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const renewIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), ms);
  };
  const renew = async () => {
    const ui = page.ui?.getSystem?.() ?? page.ui;
    if (ui?.specSelectors.securityDefinitions()?.has(SCHEME) !== true) {
      renewIn(50);
      return;
    }
    const isOurs = () => ui.authSelectors.authorized().getIn([SCHEME, 'value']) === ours;
    if (!isOurs()) return;
    renewIn(RETRY_MS);
    const answer = await fetch(tokenUrl).catch(() => undefined);
    if (answer?.ok !== true) return;
    const { token, expiresAt } = (await answer.json()) as { token: string; expiresAt: string };
    // Somebody may have been quicker.
    if (!isOurs()) return;
    page.ui?.preauthorizeApiKey(SCHEME, token);
    ours = token;
    renewIn(Math.max(1_000, ((Date.parse(expiresAt) - Date.now()) * 2) / 3));
  };
  void renew();
  // A page in the background sleeps through its timers.
  page.document.addEventListener('visibilitychange', () => {
    if (!page.document.hidden) void renew();
  });
}

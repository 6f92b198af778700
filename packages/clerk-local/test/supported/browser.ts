/** An answer of the Frontend API, as far as the tests read it. The OpenAPI document checks the whole. */
export interface BrowserAnswer {
  status: number;
  /** Of a redirect. */
  location: string | null;
  body: {
    response: Resource;
    client: { sessions: Resource[]; [field: string]: unknown };
    errors?: { code: string }[];
    jwt?: string;
    [field: string]: unknown;
  };
}

/** The user of a trial, whom `signIn` signs in. */
export const ADA = { email_address: ['ada@example.com'], password: 'a long enough passphrase 7' };

const APP = 'http://localhost:3000';

export const REDIRECTS = { redirect_url: APP, action_complete_redirect_url: APP };

/** One pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface Resource {
  id: string;
  status: string;
  [field: string]: unknown;
}

/** Calls the Frontend API as a page does: with its origin and cookies, by GET or POST of a form. */
export class Browser {
  readonly #proxyUrl: string;
  readonly #cookies = new Map<string, string>();

  constructor(proxyUrl: string) {
    this.#proxyUrl = proxyUrl;
  }

  call(method: string, path: string, form?: Record<string, string>): Promise<BrowserAnswer> {
    return this.callFrom(APP, method, path, form);
  }

  /** Posts a picture. */
  upload(path: string, file: Buffer<ArrayBuffer>): Promise<BrowserAnswer> {
    const form = new FormData();
    form.set('file', new Blob([file], { type: 'image/png' }), 'picture.png');
    return this.callFrom(APP, 'POST', path, form);
  }

  /** Calls from a page of another origin. */
  async callFrom(
    origin: string,
    method: string,
    path: string,
    form?: Record<string, string> | FormData,
  ): Promise<BrowserAnswer> {
    const url = new URL(`${this.#proxyUrl}${path}`);
    if (method !== 'GET') url.searchParams.set('_method', method);
    const response = await fetch(url, {
      method: method === 'GET' ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        origin,
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(method === 'GET' ? {} : { body: form instanceof FormData ? form : new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const isJson = response.headers.get('content-type') === 'application/json';
    const body = isJson ? await response.json() : { text: await response.text() };
    const location = response.headers.get('location');
    return { status: response.status, location, body: body as BrowserAnswer['body'] };
  }

  /** The value of the client's cookie. */
  clientToken(): string {
    const [, token = ''] = [...this.#cookies].find(([name]) => name.startsWith('__client')) ?? [];
    return token;
  }

  /** Signs in ADA; the id of the session. */
  async signIn(): Promise<string> {
    const { password } = ADA;
    const body = await this.signInBy({ strategy: 'password', identifier: 'ada@example.com', password });
    return String(body.response['created_session_id']);
  }

  /** Signs in with `strategy` and its parameters. @throws when that isn't complete at once */
  async signInBy(form: Record<string, string>): Promise<BrowserAnswer['body']> {
    const { status, body } = await this.call('POST', '/v1/client/sign_ins', form);
    if (status !== 200 || body.response.status !== 'complete') throw new Error(JSON.stringify(body));
    return body;
  }

  /** Signs up by a provider, as a browser follows the redirects. */
  async signUpBy(strategy: string, address: string): Promise<void> {
    const { body } = await this.call('POST', '/v1/client/sign_ups', { strategy, ...REDIRECTS });
    const { external_account: account } = body.response['verifications'] as {
      external_account: { external_verification_redirect_url: string };
    };
    await this.open(await this.consent(account.external_verification_redirect_url, address));
  }

  /** Consents at a provider's page; the URL of the Frontend API to which that redirects. */
  async consent(url: string, address: string): Promise<string> {
    const body = new URLSearchParams({ consent: 'allow', email_address: address });
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
    return answer.headers.get('location') ?? '';
  }

  /** Opens a URL of the Frontend API, and doesn't follow its redirect. @throws for an error */
  async open(url: string): Promise<void> {
    const { status } = await this.call('GET', url.replace(this.#proxyUrl, ''));
    if (status >= 400) throw new Error(`${status} of ${url}`);
  }
}

/** What a person does on the consent page. */
export type Answer = { email_address: string; first_name?: string; last_name?: string } | 'cancel';

/** Answers the consent page without a browser. @returns where the browser would arrive in the app */
export async function consent(page: URL | string | null | undefined, answer: Answer): Promise<URL> {
  const form = answer === 'cancel' ? { consent: 'deny' } : { consent: 'allow', ...answer };
  const answered = await fetch(String(page), {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  const returned = await fetch(redirectOf(answered), { redirect: 'manual' });
  return new URL(redirectOf(returned));
}

function redirectOf(response: Response): string {
  const location = response.headers.get('location');
  if (response.status !== 303 || location === null)
    throw new Error(`${response.status} instead of a redirect`);
  return location;
}

import { jest } from '@jest/globals';
import * as WebBrowser from 'expo-web-browser';

/** What the person does on the provider's page in the system's browser. */
export type InBrowser = { email_address: string } | 'deny' | 'close';

/**
 * Acts as the system's browser, which no test has, and as the person in it. expo-web-browser must be mocked.
 * @returns the mock, to count how often the browser was opened
 */
export function inBrowser(action: InBrowser) {
  return jest.mocked(WebBrowser.openAuthSessionAsync).mockImplementation(async (page) => {
    if (action === 'close') return { type: WebBrowser.WebBrowserResultType.CANCEL };
    const form = action === 'deny' ? { consent: 'deny' } : { consent: 'allow', ...action };
    const body = new URLSearchParams(form).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answered = await fetch(page, { method: 'POST', body, headers, redirect: 'manual' });
    const returned = await fetch(redirectOf(answered), { redirect: 'manual' });
    return { type: 'success', url: redirectOf(returned) };
  });
}

function redirectOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} instead of a redirect`);
  return location;
}

// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';
import { FormError, formErrorOf } from '../../src/react/form-error.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('is unknown for what is no error of Clerk, and keeps it', () => {
  const cause = new TypeError('x is not a function');
  expect(formErrorOf(cause)).toMatchObject({ code: 'unknown', cause });
  expect(formErrorOf('no error at all')).toMatchObject({ code: 'unknown', cause: 'no error at all' });
  expect(formErrorOf(undefined)).toMatchObject({ code: 'unknown' });
});

it('is network for whatever fails while the device says that it is offline', () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const cause = new Error('Missing external verification redirect URL for SSO flow');
  expect(formErrorOf(cause)).toMatchObject({ code: 'network', cause });
});

it.each(['fetch failed', 'Failed to fetch', 'Network request failed'])('is network for "%s"', (message) => {
  expect(formErrorOf(new TypeError(message))).toMatchObject({ code: 'network' });
});

it('stays what it is', () => {
  const error = new FormError('locked', { until: new Date() });
  expect(formErrorOf(error)).toBe(error);
});

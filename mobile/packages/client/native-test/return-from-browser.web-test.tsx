import { ClerkProvider } from '@clerk/expo';
import { expect, it, jest } from '@jest/globals';
import { render } from '@testing-library/react';
import * as WebBrowser from 'expo-web-browser';

jest.mock('expo-web-browser', () => ({ maybeCompleteAuthSession: jest.fn() }));

it("on the web, Clerk's provider calls maybeCompleteAuthSession, before any screen is there", () => {
  const order: string[] = [];
  jest.mocked(WebBrowser.maybeCompleteAuthSession).mockImplementation(() => {
    order.push('maybeCompleteAuthSession');
    return { type: 'failed', message: '' };
  });
  function Screen() {
    order.push('screen');
    return null;
  }
  // Clerk itself is never loaded: the provider does it at its first render, in the pop-up, too.
  render(
    <ClerkProvider publishableKey="pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA" telemetry={false}>
      <Screen />
    </ClerkProvider>,
  );
  expect(order.slice(0, 2)).toEqual(['maybeCompleteAuthSession', 'screen']);
});

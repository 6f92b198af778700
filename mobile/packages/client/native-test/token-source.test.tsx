import { getClerkInstance } from '@clerk/expo';
import { expect, it } from '@jest/globals';
import { act, waitFor } from '@testing-library/react-native';
import { expoTokenSource } from '../src/expo/token-source.ts';
import { useEmailSignUp } from '../src/react/index.ts';
import { openNativeApp } from './native-app.tsx';

it('the token source follows the Clerk of the provider, from before it is there', async () => {
  const tokens = expoTokenSource();
  expect(tokens.getState()).toEqual({ status: 'loading' });
  const states: string[] = [];
  tokens.subscribe(() => states.push(tokens.getState().status));

  const app = await openNativeApp();
  const { result: form } = app.renderHook(useEmailSignUp);
  await waitFor(() => {
    expect(states).toEqual(['signed-out']);
  });
  expect(await tokens.getToken()).toBeNull();

  await act(() => form.current.startSignUp('ada@example.com', 'correct horse battery'));
  await act(() => form.current.verifyEmail('424242'));
  const { user } = getClerkInstance();
  expect(tokens.getState()).toMatchObject({ status: 'signed-in', userId: user?.id });
  const payload = (await tokens.getToken())?.split('.')[1] ?? '';
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ sub: user?.id });

  await act(() => tokens.signOut());
  expect(tokens.getState()).toEqual({ status: 'signed-out' });
  expect(states.filter((state, index) => state !== 'loading' && state !== states[index - 1])).toEqual([
    'signed-out',
    'signed-in',
    'signed-out',
  ]);
  expect(await app.log()).toContain('DELETE /client/sessions');
});

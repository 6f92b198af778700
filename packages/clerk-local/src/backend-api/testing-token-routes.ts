import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { randomLetters } from '../store/ids.ts';

/** Clerk's documents name no lifetime; its testing tokens are short-lived. */
const LIFETIME_MS = 3600 * 1000;

export interface TestingTokenJson {
  object: 'testing_token';
  token: string;
  /** In s, unlike other times. */
  expires_at: number;
}

/** The Frontend API takes any testing token: it has no bot protection to switch off. */
export function testingTokenRoutes(api: Server): void {
  api.post('/testing_tokens', (request): TestingTokenJson => {
    const { store } = instanceOf(request);
    const { token, expires_at: expiresAt } = store.testingTokens.put({
      id: store.newId('testing'),
      token: `${Math.floor(store.now() / 1000)}-${randomLetters(43)}`,
      expires_at: store.now() + LIFETIME_MS,
    });
    return { object: 'testing_token', token, expires_at: Math.floor(expiresAt / 1000) };
  });
}

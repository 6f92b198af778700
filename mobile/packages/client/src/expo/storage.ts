import AsyncStorage from '@react-native-async-storage/async-storage';
import { type KeyValueStorage, webStorage } from '../core/storage.ts';

/**
 * AsyncStorage; in a browser `webStorage`, which knows of other tabs. Not the secure store: that takes 2 kB a
 * value, a guest's wishlist may have more, and it is no secret. Tokens are Clerk's, in its token cache.
 */
export function expoStorage(): KeyValueStorage {
  if ('localStorage' in globalThis) return webStorage();
  // Metro gives the default export, as bundlers do; TypeScript sees what Node would give.
  return AsyncStorage as unknown as KeyValueStorage;
}

import { expect, it } from '@jest/globals';
import { expoStorage } from '../src/expo/storage.ts';

it('in a browser, the storage knows of other tabs, and takes turns with them', () => {
  const storage = expoStorage();
  void storage.setItem('roavelo.key', 'value');
  expect(localStorage.getItem('roavelo.key')).toBe('value');
  expect(Object.keys(storage)).toEqual(expect.arrayContaining(['subscribe', 'exclusively']));
});

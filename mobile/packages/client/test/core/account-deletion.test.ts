import { expect, it, onTestFinished, vi } from 'vitest';
import { accountDeletion } from '../../src/core/account-deletion.ts';
import {
  type AccountDeletionState,
  configureRoavelo,
  type KeyValueStorage,
  memoryStorage,
} from '../../src/index.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { startService } from './service.ts';

const KEY = 'roavelo.account-deletion';

async function openApp(storage: KeyValueStorage) {
  const service = await startService(({ method }) =>
    method === 'DELETE'
      ? { status: 202, json: { id: 'd1', state: 'archived', receiptUrl: '/receipts/d1' } }
      : { status: 200, json: { state: 'completed' } },
  );
  const tokenSource = new HandMadeSource('ada');
  const client = configureRoavelo({ baseUrl: service.url, tokenSource, storage });
  onTestFinished(client.close);
  const deletion = accountDeletion(client);
  onTestFinished(deletion.subscribe(() => undefined));
  return { service, tokenSource, deletion };
}

const refuse = () => {
  throw new Error('blocked');
};

it.each<[string, KeyValueStorage]>([
  ['throws at everything', { getItem: refuse, setItem: refuse, removeItem: refuse }],
  ['is full', { ...memoryStorage(), setItem: () => Promise.reject(new Error('quota')) }],
])(
  'a storage that %s does not prevent the deletion of the account, or its receipt',
  async (_name, storage) => {
    const { deletion, service, tokenSource } = await openApp(storage);
    const accepted = await deletion.deleteAccount();
    expect(accepted.receiptUrl).toBe(`${service.url}/receipts/d1`);
    expect(tokenSource.signOuts).toBe(1);
    await vi.waitFor(() => {
      expect(deletion.getState()).toMatchObject({ status: 'completed', receipt: { state: 'completed' } });
    });
    await deletion.dismissReceipt();
    expect(deletion.getState().status).toBe('idle');
  },
);

it.each(['{"acc', 'null', '7', '{"version": 2}', '{"accepted": {}}'])(
  'what another version stored is no receipt: %s',
  async (text) => {
    const storage = memoryStorage();
    await storage.setItem(KEY, text);
    const { deletion } = await openApp(storage);
    const states: AccountDeletionState[] = [];
    deletion.subscribe(() => states.push(deletion.getState()));
    expect((await deletion.deleteAccount()).id).toBe('d1');
    await vi.waitFor(() => {
      expect(deletion.getState().status).toBe('completed');
    });
    expect(states.map(({ status }) => status)).toEqual(['deleting', 'deleted', 'completed']);
    expect(states.map(({ error }) => error)).toEqual([null, null, null]);
  },
);

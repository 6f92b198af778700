import { useSyncExternalStore } from 'react';
import {
  accountDeletion,
  type AccountDeletionState,
  type DeletionAccepted,
} from '../core/account-deletion.ts';
import { useRoavelo } from './roavelo-provider.tsx';

export interface DeleteAccount extends AccountDeletionState {
  /** The request is on the way: disable the button. */
  isBusy: boolean;
  /**
   * Deletes the account of the signed-in person, and signs out. Once more while it runs is the same call.
   * @returns the deletion's id, and the address of its receipt, to show or to keep
   * @throws AuthError, ProblemError, NetworkError …; `error` is the same one
   */
  deleteAccount: () => Promise<DeletionAccepted>;
  /** Forgets the receipt, when the person has seen it. */
  dismissReceipt: () => Promise<void>;
}

/**
 * Deletes the account, and what this device keeps of the person; then `receipt` follows the deletion to its
 * end. The receipt outlives the session, the component and the process: the client's storage keeps its
 * address until it is dismissed or another person signs in. The service asks for no password again, so ask
 * the person twice.
 */
export function useDeleteAccount(): DeleteAccount {
  const { subscribe, getState, deleteAccount, dismissReceipt } = accountDeletion(useRoavelo());
  const state = useSyncExternalStore(subscribe, getState, getState);
  return { ...state, isBusy: state.status === 'deleting', deleteAccount, dismissReceipt };
}

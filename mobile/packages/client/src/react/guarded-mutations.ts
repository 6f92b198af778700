import type { MutationObserverOptions, QueryClient } from '@tanstack/react-query';
import { ActionCancelledError } from '../core/errors.ts';
import type { GuardedActions } from '../core/guarded-action.ts';

/**
 * Makes the mutations of a key guarded actions: `useMutation({ mutationKey: [type] })`. A guest's `mutate`
 * opens the login sheet, and the mutation stays pending until the person has signed in; when the app was
 * restarted meanwhile, it runs anew with the callbacks of these defaults. Its error is an
 * ActionCancelledError when the sheet was dismissed.
 * @param defaults variables must be JSON; `mutationFn` sends the request
 * @returns how to remove the handler; the defaults stay
 */
export function setGuardedMutationDefaults<Data, Variables, Context = unknown>(
  queryClient: QueryClient,
  actions: GuardedActions,
  type: string,
  defaults: MutationObserverOptions<Data, Error, Variables, Context> & {
    mutationFn: (variables: Variables) => Promise<Data>;
  },
): () => void {
  const { mutationFn, retry = queryClient.getDefaultOptions().mutations?.retry ?? 0 } = defaults;
  const options: MutationObserverOptions<Data, Error, Variables, Context> = {
    // A guest has to be asked also without a network, which would pause the mutation before it starts.
    networkMode: 'offlineFirst',
    ...defaults,
    mutationFn: (variables) =>
      actions.guardedAction(type, variables as never, mutationFn as (variables: never) => Promise<Data>),
    retry: (failures, error) => {
      if (error instanceof ActionCancelledError) return false;
      return typeof retry === 'function'
        ? retry(failures, error)
        : retry === true || failures < Number(retry);
    },
  };
  queryClient.setMutationDefaults([type], options);
  return actions.handle(type, (variables: Variables) => {
    const restored = queryClient.defaultMutationOptions({ ...options, mutationKey: [type] });
    return queryClient.getMutationCache().build(queryClient, restored).execute(variables);
  });
}

import { signedInUser, type TokenSource } from './session.ts';

/**
 * Opens the app's login sheet. A returned promise says when it has closed. Without one, the sheet calls
 * `loginSheetClosed`; since it may fail to, it is opened again for the next action.
 */
export type ShowLoginSheet = (action: string) => unknown;

/** Whether the login sheet is open, as far as the app has said. */
export interface LoginSheet {
  readonly open: (action: string) => void;
  /** Its closing was reported. */
  readonly close: (signedIn?: boolean) => void;
  readonly isOpen: () => boolean;
  /** The action that it is to be open for; null when it is to be closed. */
  readonly getAction: () => string | null;
  readonly setShow: (show: ShowLoginSheet) => () => void;
  /** After each change of the session. */
  readonly onSession: () => void;
}

export function createLoginSheet(options: {
  tokenSource: TokenSource;
  show: ShowLoginSheet | undefined;
  /** For a sheet that never reports: how long to wait after the sign-in. */
  timeoutMs: number;
  onChange: () => void;
  /** @param signedIn the sign-in has succeeded, whatever the provider says yet */
  onClosed: (signedIn: boolean) => void;
  onFailed: (error: unknown) => void;
}): LoginSheet {
  const { tokenSource, timeoutMs, onChange, onClosed, onFailed } = options;
  let { show } = options;
  let action: string | null = null;
  /** The app has been asked to open it; not yet, while it has no `show`. */
  let isShown = false;
  /** What `show` returned, when that says when the sheet has closed. */
  let closing: PromiseLike<unknown> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const reset = () => {
    action = null;
    isShown = false;
    closing = undefined;
    clearTimeout(timer);
    onChange();
  };

  const close = (signedIn = false) => {
    if (action === null) return;
    reset();
    onClosed(signedIn);
  };

  const present = (asked: string) => {
    if (show === undefined) return;
    isShown = true;
    try {
      const shown = show(asked);
      if (!isPromise(shown)) return;
      closing = shown;
      const closed = () => {
        if (closing === shown) close();
      };
      shown.then(closed, closed);
    } catch (error) {
      reset();
      onFailed(error);
    }
  };

  return {
    open: (asked) => {
      if (closing !== undefined) return;
      action = asked;
      onChange();
      present(asked);
    },
    close,
    isOpen: () => action !== null,
    getAction: () => (signedInUser(tokenSource) === null ? action : null),
    setShow: (next) => {
      const before = show;
      show = next;
      // React runs the effects of children first: one of them may have asked already.
      if (action !== null && !isShown) present(action);
      return () => {
        if (show === next) show = before;
      };
    },
    onSession: () => {
      clearTimeout(timer);
      if (action === null || closing !== undefined || signedInUser(tokenSource) === null) return;
      timer = setTimeout(close, timeoutMs);
    },
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

import { useCallback, useRef, useState } from 'react';
import { type FormError, formErrorOf } from './form-error.ts';

interface Running {
  key: string;
  result: Promise<unknown>;
}

/** What the steps of a form share: one runs at a time, and the last one's error is shown. */
export interface Steps {
  /** A step is running: disable the form. */
  isBusy: boolean;
  /** Why the last step failed; null while one runs. */
  error: FormError | null;
  /**
   * Runs a step after the one that runs. The same step again, as by a double tap, is the one that runs.
   * Rejects with a `FormError`.
   */
  run: <T>(step: readonly string[], perform: () => Promise<T>) => Promise<T>;
}

export function useSteps(): Steps {
  const [{ isBusy, error }, setState] = useState<Pick<Steps, 'isBusy' | 'error'>>({
    isBusy: false,
    error: null,
  });
  const last = useRef<Running | null>(null);

  const run = useCallback(<T>(step: readonly string[], perform: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify(step);
    const before = last.current;
    if (before?.key === key) return before.result as Promise<T>;

    const performed = async (): Promise<T> => {
      await before?.result.catch(() => undefined);
      let failure: FormError | null = null;
      try {
        return await perform();
      } catch (cause) {
        failure = formErrorOf(cause);
        throw failure;
      } finally {
        if (last.current === running) {
          last.current = null;
          setState({ isBusy: false, error: failure });
        }
      }
    };
    setState({ isBusy: true, error: null });
    const running: Running = { key, result: Promise.resolve().then(performed) };
    last.current = running;
    return running.result as Promise<T>;
  }, []);

  return { isBusy, error, run };
}

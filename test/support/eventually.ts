import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

const TIMEOUT_MS = 30_000;
const EVERY_MS = 20;

type Falsy = false | 0 | 0n | '' | null | undefined;

/**
 * Repeats an attempt, with a pause after each, until it returns a truthy value, and returns that value.
 * An attempt that throws is repeated as well, so it may contain expectations: let it end with `return true`.
 * Await an event instead wherever there is one.
 * @param description the state that is awaited, e.g. "the second instance is ready"
 * @throws after `timeoutMs`: an error with the description and the last value or error seen
 */
export async function eventually<T>(
  description: string,
  attempt: () => T | Promise<T>,
  { timeoutMs = TIMEOUT_MS, everyMs = EVERY_MS }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, Falsy>> {
  const cancelled = new AbortController();
  // A timer and not the clock: tests change the clock.
  const timeout = sleep(timeoutMs, true as const, { signal: cancelled.signal }).catch(() => true as const);
  let attempts = 0;
  let last = 'the first attempt has not ended';
  let cause: unknown;
  try {
    for (;;) {
      attempts++;
      const outcome = await Promise.race([outcomeOf(attempt), timeout]);
      if (outcome === true) break;
      if ('value' in outcome && outcome.value) return outcome.value as Exclude<T, Falsy>;
      ({ last, cause } = describe(outcome));
      if ((await Promise.race([sleep(everyMs), timeout])) === true) break;
    }
  } finally {
    cancelled.abort();
  }
  throw new Error(`Not within ${timeoutMs} ms: ${description}. Attempts: ${attempts}; ${last}`, { cause });
}

type Outcome<T> = { value: T } | { error: unknown };

async function outcomeOf<T>(attempt: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await attempt() };
  } catch (error) {
    return { error };
  }
}

function describe(outcome: Outcome<unknown>): { last: string; cause: unknown } {
  if ('value' in outcome) return { last: `last value: ${inspect(outcome.value)}`, cause: undefined };
  const { error } = outcome;
  return { last: `last error: ${error instanceof Error ? error.message : inspect(error)}`, cause: error };
}

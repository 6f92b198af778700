/** A read that waits for the next command. */
interface Waiting<V> {
  resolve: (value: V | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins concurrent reads: one is sent at once when none is in flight, and those that arrive meanwhile share
 * the next command. Nothing is cached.
 */
export function joinedReads<V>(
  load: (keys: string[]) => Promise<Map<string, V>>,
): (key: string) => Promise<V | undefined> {
  let waiting = new Map<string, Waiting<V>[]>();
  let inFlight = false;

  const send = async () => {
    const batch = waiting;
    waiting = new Map();
    inFlight = true;
    try {
      const values = await load([...batch.keys()]);
      for (const [key, waiters] of batch) for (const { resolve } of waiters) resolve(values.get(key));
    } catch (error) {
      for (const waiters of batch.values()) for (const { reject } of waiters) reject(error);
    }
    inFlight = false;
    if (waiting.size > 0) void send();
  };

  return (key) =>
    new Promise((resolve, reject) => {
      const waiters = waiting.get(key);
      if (waiters === undefined) waiting.set(key, [{ resolve, reject }]);
      else waiters.push({ resolve, reject });
      if (!inFlight) void send();
    });
}

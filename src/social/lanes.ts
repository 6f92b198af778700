/**
 * Keeps work of this process apart that would only collide in the database: each run waits for all earlier ones that share
 * one of its keys. All keys are taken in one step, so nobody waits in a circle.
 */
export class Lanes {
  private readonly tails = new Map<string, Promise<unknown>>();

  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const turn = Promise.all(keys.map((key) => this.tails.get(key) ?? Promise.resolve())).then(work);
    const tail = turn.catch(() => undefined);
    for (const key of keys) this.tails.set(key, tail);
    try {
      return await turn;
    } finally {
      for (const key of keys) if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}

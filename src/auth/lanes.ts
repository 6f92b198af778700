/** What waits for one key, and what runs before it. */
interface Lane {
  last: Promise<unknown>;
  length: number;
}

/** Runs the work of each key one piece at a time, in the order in which it came; keys don't wait for each other. */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();

  /** @param longest of a lane, with the piece that runs */
  constructor(private readonly longest: number) {}

  /** Whether another piece of this key may wait. */
  hasRoom(key: string): boolean {
    return (this.lanes.get(key)?.length ?? 0) < this.longest;
  }

  /** The result of the work, once it has had its turn. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(key) ?? { last: Promise.resolve(), length: 0 };
    this.lanes.set(key, lane);
    const turn = lane.last.then(work);
    lane.last = turn.catch(() => undefined);
    lane.length++;
    try {
      return await turn;
    } finally {
      if (--lane.length === 0) this.lanes.delete(key);
    }
  }
}

/** What a key has under way: the end of its queue, and how long the queue is. */
interface Queue {
  last: Promise<unknown>;
  length: number;
}

/** Runs the tasks of each key one at a time, first come, first served. Keys don't wait for each other. */
export class KeyedQueue {
  private readonly queues = new Map<string, Queue>();

  /** @param capacity tasks of one key, the running one included */
  constructor(private readonly capacity: number) {}

  /** Whether another task of this key may wait. */
  hasRoom(key: string): boolean {
    return (this.queues.get(key)?.length ?? 0) < this.capacity;
  }

  /** Resolves or rejects as the task does, once it has had its turn. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    this.queues.set(key, queue);
    const turn = queue.last.then(task);
    queue.last = turn.catch(() => undefined);
    queue.length++;
    try {
      return await turn;
    } finally {
      if (--queue.length === 0) this.queues.delete(key);
    }
  }
}

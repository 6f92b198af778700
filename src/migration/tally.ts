const EXAMPLES = 5;

/** What can become of what is in the old database; the key tells of which collection, the text is for the report. */
export const OUTCOMES = {
  archives: {
    taken: 'taken over',
    known: 'here already, or archived twice: purchases added',
    living: 'left out: the user lives here; npm run reconcile asks Clerk',
    unreadable: 'left out: without a Clerk id',
  },
  users: {
    taken: 'taken over',
    known: 'here already, or second users of one Clerk id: left as they are',
    deleted: 'left out: deleted',
    unreadable: 'left out: without a Clerk id',
  },
  usernames: {
    changed: 'changed: not allowed here, or taken',
  },
  wishlists: {
    taken: 'taken over',
    idle: 'left out: their users were not taken over (see above)',
    ownerless: 'left out: of nobody',
  },
  countries: {
    taken: 'taken over',
    repeated: 'dropped: repeated on one wishlist',
    unknown: 'dropped: no country of this code',
  },
  'follow edges': {
    taken: 'taken over',
    known: 'in both arrays, or here already',
    repeated: 'dropped: repeated in one array',
    self: 'dropped: of oneself',
    dangling: 'dropped: with somebody who is not here',
    past: 'left out: both ends came with an earlier migration',
    unreadable: 'dropped: no id',
  },
  purchases: {
    taken: 'taken over',
    archived: 'added to the archive of a deleted user',
    known: 'here already',
    ownerless: 'left out: of nobody',
    unreadable: 'left out: amount, currency or status unclear',
  },
  'archived purchases': {
    taken: 'taken over',
    known: 'here already',
    ownerless: 'left out: no archive is left here',
    unreadable: 'kept as they were, in the user data: amount, currency or status unclear',
  },
} as const;

export type Kind = keyof typeof OUTCOMES;
export type Outcome<K extends Kind> = keyof (typeof OUTCOMES)[K] & string;

/** What was counted of one outcome, with a few examples to look at. */
interface Entry {
  count: number;
  examples: string[];
}

/** Counts what became of everything. A batch counts on its own and is added once it is committed. */
export class Tally {
  private readonly entries = new Map<string, Entry>();

  add<K extends Kind>(kind: K, outcome: Outcome<K>, count = 1, example?: unknown): void {
    if (count === 0) return;
    const entry = this.entry(kind, outcome);
    entry.count += count;
    if (example !== undefined) remember(entry, [String(example)]);
  }

  addAll(other: Tally): void {
    for (const [key, { count, examples }] of other.entries) {
      const entry = this.entries.get(key) ?? { count: 0, examples: [] };
      this.entries.set(key, entry);
      entry.count += count;
      remember(entry, examples);
    }
  }

  count<K extends Kind>(kind: K, outcome: Outcome<K>): number {
    return this.entries.get(`${kind} ${outcome}`)?.count ?? 0;
  }

  /** All of a kind, whatever became of them. */
  total(kind: Kind): number {
    const outcomes = Object.keys(OUTCOMES[kind]) as Outcome<typeof kind>[];
    return outcomes.reduce((sum, outcome) => sum + this.count(kind, outcome), 0);
  }

  examples<K extends Kind>(kind: K, outcome: Outcome<K>): readonly string[] {
    return this.entries.get(`${kind} ${outcome}`)?.examples ?? [];
  }

  private entry(kind: string, outcome: string): Entry {
    const key = `${kind} ${outcome}`;
    const entry = this.entries.get(key) ?? { count: 0, examples: [] };
    this.entries.set(key, entry);
    return entry;
  }
}

function remember(entry: Entry, examples: readonly string[]): void {
  for (const example of examples) {
    if (entry.examples.length < EXAMPLES && !entry.examples.includes(example)) entry.examples.push(example);
  }
}

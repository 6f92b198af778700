import type { Session, User } from 'clerk-local';

export interface Keys {
  url: string;
  secretKey: string;
}

/** What the answers say about a user. */
interface Known {
  id: string;
  emails: string[];
  count: number;
  sessions: Map<string, 'active' | 'revoked'>;
}

/** A change: its request, and what is known and reported once it is made. */
interface Change {
  userId: string | undefined;
  method: string;
  path: string;
  body: object;
  /** @param answer of this request, or when there was none, undefined: then `user` is what was found */
  record: (answer: unknown, found: User | undefined) => string[];
  isMade: (found: User | undefined, sessions: Session[]) => boolean;
}

/** Large enough that the state file is compacted now and then. */
const PADDING = 'x'.repeat(6000);

/** Writes one change after the other until the server is killed, and remembers each answer. */
export class Writer {
  /** "type id", "type id updated_at" or "type address" of the events that the changes must have caused. */
  readonly expectedEvents: string[] = [];
  answers = 0;
  /** Changes without an answer that were found made, whole. */
  applied = 0;
  readonly #name: string;
  readonly #random: () => number;
  readonly #users = new Map<string, Known>();
  readonly #deleted = new Set<string>();
  #serial = 0;
  #unanswered: Change | undefined;

  constructor(name: string, random: () => number) {
    this.#name = name;
    this.#random = random;
  }

  /** Resolves when the server no longer answers. */
  async write(keys: Keys): Promise<void> {
    if (await this.#writeNext(keys)) await this.write(keys);
  }

  /** What is not as it was answered, a line each; a change without an answer is made or not, but whole. */
  async verify(keys: Keys): Promise<string[]> {
    const users = await list<User>(keys, `/v1/users?query=${this.#name}-`);
    const mine = new Map(users.map((user) => [user.id, user]));
    const sessions = new Map<string, Session[]>();
    for (const id of [...this.#users.keys(), ...this.#deleted]) {
      sessions.set(id, await list<Session>(keys, `/v1/sessions?user_id=${id}`));
    }
    const unanswered = this.#unanswered;
    if (unanswered) {
      const found =
        unanswered.userId === undefined
          ? users.find((user) => this.#isNew(user))
          : mine.get(unanswered.userId);
      if (unanswered.isMade(found, sessions.get(found?.id ?? '') ?? [])) {
        this.expectedEvents.push(...unanswered.record(undefined, found));
        this.applied += 1;
        this.#unanswered = undefined;
      }
    }
    const defects = [...this.#users.values()].flatMap((known) =>
      differences(known, mine.get(known.id), sessions.get(known.id) ?? []),
    );
    for (const id of this.#deleted) {
      if (mine.has(id) || (sessions.get(id) ?? []).length > 0) defects.push(`${id} was deleted`);
    }
    for (const user of users) if (!this.#users.has(user.id)) defects.push(`${user.id} is unknown`);
    return defects;
  }

  async #writeNext(keys: Keys): Promise<boolean> {
    const change = this.#unanswered ?? this.#next();
    this.#unanswered = change;
    let answer: unknown;
    try {
      answer = await request(keys, change.method, change.path, change.body);
    } catch (error) {
      // fetch's: the connection was lost. Its class is of another realm than jest's.
      if ((error as Error).name === 'TypeError') return false;
      throw error;
    }
    this.#unanswered = undefined;
    this.answers += 1;
    this.expectedEvents.push(...change.record(answer, undefined));
    return true;
  }

  #isNew(user: User): boolean {
    return !this.#users.has(user.id) && !this.#deleted.has(user.id);
  }

  #next(): Change {
    const users = [...this.#users.values()];
    const user = users[Math.floor(this.#random() * users.length)];
    const kind = this.#random();
    if (!user || users.length < 3 || kind < 0.15) return this.#create();
    if (kind < 0.5) return count(user);
    if (kind < 0.65) return this.#addEmail(user);
    if (kind < 0.8) return createSession(user);
    const [active] = [...user.sessions].find(([, status]) => status === 'active') ?? [];
    if (kind < 0.92 && active !== undefined) return revoke(user, active);
    return users.length > 8 || kind > 0.97 ? this.#delete(user) : count(user);
  }

  #create(): Change {
    this.#serial += 1;
    const name = `${this.#name}-${this.#serial}`;
    const emails = [`${name}-a@example.com`, `${name}-b@example.com`];
    return {
      userId: undefined,
      method: 'POST',
      path: '/v1/users',
      body: { external_id: name, first_name: `${this.#name}-`, email_address: emails },
      isMade: (found) => found !== undefined,
      record: (answer, found) => {
        const { id, updated_at: updatedAt } = (answer ?? found) as User;
        this.#users.set(id, { id, emails, count: 0, sessions: new Map() });
        return [`user.created ${id} ${updatedAt}`];
      },
    };
  }

  #addEmail(user: Known): Change {
    this.#serial += 1;
    const address = `${this.#name}-${this.#serial}-c@example.com`;
    return {
      userId: user.id,
      method: 'POST',
      path: '/v1/email_addresses',
      body: { user_id: user.id, email_address: address, verified: true },
      isMade: (found) => emailsOf(found).includes(address),
      record: () => {
        user.emails.push(address);
        return [`user.updated ${address}`];
      },
    };
  }

  #delete(user: Known): Change {
    return {
      userId: user.id,
      method: 'DELETE',
      path: `/v1/users/${user.id}`,
      body: {},
      isMade: (found) => found === undefined,
      record: () => {
        this.#users.delete(user.id);
        this.#deleted.add(user.id);
        const active = [...user.sessions].filter(([, status]) => status === 'active');
        return [`user.deleted ${user.id}`, ...active.map(([id]) => `session.ended ${id}`)];
      },
    };
  }
}

function count(user: Known): Change {
  const next = user.count + 1;
  return {
    userId: user.id,
    method: 'PATCH',
    path: `/v1/users/${user.id}/metadata`,
    body: { public_metadata: { count: next, padding: PADDING } },
    isMade: (found) => found?.public_metadata['count'] === next,
    record: (answer, found) => {
      user.count = next;
      return [`user.updated ${user.id} ${((answer ?? found) as User).updated_at}`];
    },
  };
}

function createSession(user: Known): Change {
  let made: Session | undefined;
  return {
    userId: user.id,
    method: 'POST',
    path: '/v1/sessions',
    body: { user_id: user.id },
    isMade: (_found, sessions) => {
      made = sessions.find(({ id }) => !user.sessions.has(id));
      return made !== undefined;
    },
    record: (answer) => {
      const { id } = (answer ?? made) as Session;
      user.sessions.set(id, 'active');
      return [`session.created ${id}`];
    },
  };
}

function revoke(user: Known, id: string): Change {
  return {
    userId: user.id,
    method: 'POST',
    path: `/v1/sessions/${id}/revoke`,
    body: {},
    isMade: (_found, sessions) =>
      sessions.some((session) => session.id === id && session.status === 'revoked'),
    record: () => {
      user.sessions.set(id, 'revoked');
      return [`session.revoked ${id}`];
    },
  };
}

function differences(known: Known, user: User | undefined, sessions: Session[]): string[] {
  if (!user) return [`${known.id} is lost`];
  const stored = {
    emails: emailsOf(user),
    count: user.public_metadata['count'] ?? 0,
    sessions: Object.fromEntries(sessions.map(({ id, status }) => [id, status])),
  };
  const { emails, count: counted, sessions: statuses } = known;
  const expected = { emails: [...emails].sort(), count: counted, sessions: Object.fromEntries(statuses) };
  const isSame = JSON.stringify(sorted(stored)) === JSON.stringify(sorted(expected));
  return isSame ? [] : [`${known.id}: ${JSON.stringify(stored)} instead of ${JSON.stringify(expected)}`];
}

function sorted({ sessions, ...rest }: { sessions: Record<string, string> }): object {
  return { ...rest, sessions: Object.entries(sessions).sort() };
}

function emailsOf(user: User | undefined): string[] {
  return (user?.email_addresses ?? []).map(({ email_address: address }) => address).sort();
}

async function request(keys: Keys, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${keys.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${keys.secretKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function list<T>(keys: Keys, path: string, offset = 0): Promise<T[]> {
  const page = (await request(keys, 'GET', `${path}&limit=500&offset=${offset}`)) as T[];
  return page.length < 500 ? page : [...page, ...(await list<T>(keys, path, offset + 500))];
}

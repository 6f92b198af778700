import { notFound } from './errors.ts';
import type { Journal } from './journal.ts';

/** By index: the value by which `where` finds an object. */
export type Keys<T, Index extends string> = Readonly<Record<Index, (item: T) => string | null | undefined>>;

/**
 * The objects of one kind of an instance, by id and by its indexes, oldest first. A stored object never
 * changes: `change` replaces it by a changed copy, so what was read stays as it was read.
 */
export class Collection<T extends { id: string }, Index extends string = never> {
  readonly #journal: Journal;
  readonly #scope: string;
  readonly #name: string;
  readonly #items: ReadonlyMap<string, T>;
  readonly #keys: [Index, (item: T) => string | null | undefined][];
  readonly #byKey = new Map<string, Map<string, T>>();

  constructor(journal: Journal, scope: string, name: string, keys: Keys<T, Index>) {
    this.#journal = journal;
    this.#scope = scope;
    this.#name = name;
    this.#items = journal.items(scope, name) as ReadonlyMap<string, T>;
    this.#keys = Object.entries(keys) as [Index, (item: T) => string | null | undefined][];
    for (const item of this.#items.values()) this.#index(undefined, item);
  }

  get size(): number {
    return this.#items.size;
  }

  all(): T[] {
    return [...this.#items.values()];
  }

  find(id: string): T | undefined {
    return this.#items.get(id);
  }

  /** @throws Clerk's 404 "No <kind> was found with id <id>", e.g. "email address" for `email_addresses` */
  get(id: string): T {
    const item = this.#items.get(id);
    if (!item) throw notFound(singular(this.#name), id);
    return item;
  }

  /** The objects whose indexed value is this one. */
  where(index: Index, value: string): T[] {
    return [...(this.#byKey.get(`${index}=${value}`)?.values() ?? [])];
  }

  /** Adds an object, or replaces the one with its id. */
  put(item: T): T {
    const old = this.#items.get(item.id);
    this.#journal.put(this.#scope, this.#name, item.id, item);
    this.#index(old, item);
    return item;
  }

  /** Edits a copy, and stores it unless `edit` throws. @throws Clerk's 404 */
  change(id: string, edit: (draft: T) => void): T {
    const draft = structuredClone(this.get(id));
    edit(draft);
    return this.put(draft);
  }

  delete(id: string): void {
    const old = this.#items.get(id);
    if (!old) return;
    this.#journal.delete(this.#scope, this.#name, id);
    this.#index(old, undefined);
  }

  #index(old: T | undefined, item: T | undefined): void {
    for (const [index, key] of this.#keys) {
      const before = old && key(old);
      const after = item && key(item);
      if (old && before != null && before !== after) this.#unindex(`${index}=${before}`, old.id);
      if (!item || after == null) continue;
      const entries = this.#byKey.get(`${index}=${after}`) ?? new Map<string, T>();
      entries.set(item.id, item);
      this.#byKey.set(`${index}=${after}`, entries);
    }
  }

  #unindex(key: string, id: string): void {
    const entries = this.#byKey.get(key);
    entries?.delete(id);
    if (entries?.size === 0) this.#byKey.delete(key);
  }
}

function singular(name: string): string {
  return name.replaceAll('_', ' ').replace(/(ss)es$|s$/, '$1');
}

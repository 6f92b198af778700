import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ProblemError } from '../common/problem.js';
import { ClerkApi, type ClerkCall, UnprocessableError } from './clerk-api.js';
import { ClerkInstance } from './clerk-instance.js';
import { asTold, type ClerkUser, readClerkUser, UnreadableUserError } from './clerk-user.js';

const BUDGET_MS = 8000;
const LIST_PAGE = 500;

/** Unreadable users usually still have an id. */
const listSchema = z.array(z.unknown());
const identified = z.looseObject({ id: z.string() });
const accountSchema = z.looseObject({ id: z.unknown(), object: z.unknown() });
const countSchema = z.looseObject({ total_count: z.int().min(0) });
const deletedSchema = z.looseObject({ id: z.string(), deleted: z.literal(true) });

export interface Names {
  firstName?: string;
  lastName?: string;
}

/**
 * Reads and changes the users of our Clerk instance. All methods throw ProblemError
 * `dependency_unavailable` when Clerk doesn't answer in time, refuses our key or answers nonsense, and
 * when Clerk has no such user while `CLERK_SECRET_KEY` is not proven to belong to our instance. Methods
 * that return a user throw UnreadableUserError when Clerk's answer about that user can't be read.
 */
@Injectable()
export class ClerkDirectory {
  constructor(
    private readonly api: ClerkApi,
    private readonly instance: ClerkInstance,
  ) {}

  /** The user as Clerk knows it now; undefined when Clerk has no such user. At most 8 s, retries included. */
  async getUser(subject: string): Promise<ClerkUser | undefined> {
    return this.askForUser(
      subject,
      { operation: 'getUser', method: 'GET', path: pathOf(subject) },
      BUDGET_MS,
    );
  }

  /**
   * Changes names in Clerk; returns as `getUser`. Never retried: Clerk limits changes of one user.
   * @throws ProblemError `validation_failed` for a name Clerk refuses
   */
  async updateNames(subject: string, { firstName, lastName }: Names): Promise<ClerkUser | undefined> {
    const body = { first_name: firstName, last_name: lastName };
    try {
      return await this.askForUser(
        subject,
        { operation: 'updateUser', method: 'PATCH', path: pathOf(subject), body },
        0,
      );
    } catch (error) {
      if (!(error instanceof UnprocessableError)) throw error;
      throw new ProblemError('validation_failed', 'Clerk refused the name.', { cause: error });
    }
  }

  /** Deletes the account. Idempotent. */
  async deleteUser(subject: string): Promise<void> {
    const answer = await this.askAbout({
      operation: 'deleteUser',
      method: 'DELETE',
      path: pathOf(subject),
    });
    if (answer === undefined) return;
    const deleted = deletedSchema.safeParse(answer);
    if (deleted.data?.id !== subject)
      throw this.api.unavailable('deleteUser', new TypeError('The answer names no deleted user'));
  }

  /**
   * A page of all users, oldest first, starting after the first id of `after` that still exists, and the
   * total number of users. Unreadable users are counted, not returned. `next` is the `after` of the next
   * page; undefined at the end.
   */
  async listUsers(
    after: readonly string[],
  ): Promise<{ users: ClerkUser[]; unreadable: number; next: string[] | undefined; total: number }> {
    const [startingAfter, ...others] = after;
    const query = {
      limit: String(LIST_PAGE),
      order_by: '+created_at',
      ...(startingAfter !== undefined && { starting_after: startingAfter }),
    };
    try {
      const [page, total] = await Promise.all([this.list(query), this.count()]);
      const users = page.flatMap((user) => readClerkUser(user) ?? []).map(asTold);
      const isLast = page.length < LIST_PAGE;
      const next = isLast ? undefined : idsOf(page).reverse();
      if (next?.length === 0)
        throw this.api.unavailable('getUserList', new TypeError('The page names no users'));
      return { users, unreadable: page.length - users.length, next, total };
    } catch (error) {
      // The last user of the previous page was deleted meanwhile.
      if (error instanceof UnprocessableError && others.length > 0) return this.listUsers(others);
      throw error;
    }
  }

  /**
   * Which of these subjects (at most 100) Clerk lists. A subject that isn't listed may exist: `getUser`
   * decides.
   */
  async listed(subjects: readonly string[]): Promise<Set<string>> {
    const page = await this.list({ user_id: subjects, limit: String(subjects.length) });
    return new Set(idsOf(page));
  }

  private async askForUser(
    subject: string,
    call: ClerkCall,
    budgetMs: number,
  ): Promise<ClerkUser | undefined> {
    const answer = await this.askAbout(call, budgetMs);
    if (answer === undefined) return undefined;
    const user = readClerkUser(answer);
    if (user?.clerkId === subject) return asTold(user);
    const { id, object } = accountSchema.safeParse(answer).data ?? {};
    if (id === subject || (object === 'user' && typeof id !== 'string')) throw new UnreadableUserError();
    // A proxy that mixes up answers must not mix up accounts.
    throw this.api.unavailable(call.operation, new TypeError('The answer is not this user'));
  }

  /** The answer about one user. Instances share no users: another instance answers 404 for all of ours. */
  private async askAbout(call: ClerkCall, budgetMs = BUDGET_MS): Promise<unknown> {
    const answer = await this.api.ask(call, budgetMs);
    if (answer === undefined) await this.instance.prove();
    return answer;
  }

  /** Neither an answer that isn't a list nor one of another instance may count as an empty list. */
  private async list(query: ClerkCall['query'] = {}): Promise<unknown[]> {
    await this.instance.prove();
    return this.read({ operation: 'getUserList', method: 'GET', path: '/users', query }, listSchema);
  }

  private async count(): Promise<number> {
    const call = { operation: 'getUserCount', method: 'GET', path: '/users/count' } as const;
    return (await this.read(call, countSchema)).total_count;
  }

  private async read<T>(call: ClerkCall, schema: z.ZodType<T>): Promise<T> {
    const parsed = schema.safeParse(await this.api.ask(call, BUDGET_MS));
    if (!parsed.success) throw this.api.unavailable(call.operation, parsed.error);
    return parsed.data;
  }
}

function idsOf(page: readonly unknown[]): string[] {
  return page.flatMap((user) => identified.safeParse(user).data?.id ?? []);
}

function pathOf(subject: string): string {
  return `/users/${encodeURIComponent(subject)}`;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { Types } from 'mongoose';
import { z } from 'zod';
import { ProblemError } from './problem.js';

export const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/** The query of every list. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .meta({ description: 'Items per page.' }),
  cursor: z.string().max(512).optional().meta({ description: '`nextCursor` of the page before.' }),
});

export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A page of a list, newest first. */
export interface Page<T> {
  items: T[];
  /** Where the next page starts; null at the end. A page may hold fewer items than asked for. */
  nextCursor: string | null;
}

/** The schema of a page of `item`, as component `<name>`. */
export function pageSchema<T extends z.ZodType>(name: string, item: T) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
    })
    .meta({ id: name });
}

/**
 * Opaque positions in lists. A cursor is `<position>.<HMAC>`; the HMAC covers the scope as well (route, filters and
 * viewer), so a cursor works for the list it came from and nowhere else.
 */
export class Cursors {
  constructor(private readonly secret: string) {}

  /** `position` is what the list's key sorts by; it is readable to whoever holds the cursor. */
  encode(scope: readonly string[], position: string): string {
    const body = Buffer.from(position).toString('base64url');
    return `${body}.${this.sign(scope, body)}`;
  }

  /** @throws ProblemError `invalid_cursor` for one that was forged, or made for another scope */
  decode(scope: readonly string[], cursor: string): string {
    const [body = '', signature = '', ...rest] = cursor.split('.');
    const expected = Buffer.from(this.sign(scope, body));
    const given = Buffer.from(signature);
    const valid = rest.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
    if (!valid) throw new ProblemError('invalid_cursor');
    return Buffer.from(body, 'base64url').toString();
  }

  /** The filter for what comes behind a cursor in a list that sorts by `_id`, newest first; all of it without one. */
  idsBehind(scope: readonly string[], cursor: string | undefined): { _id?: { $lt: Types.ObjectId } } {
    return cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(this.decode(scope, cursor)) } };
  }

  /** A page of `limit` rows, of which one more was asked for, to see whether there are more. */
  page<T>(
    scope: readonly string[],
    rows: readonly T[],
    limit: number,
    positionOf: (row: T) => string,
  ): Page<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const isMore = rows.length > items.length && last !== undefined;
    return { items, nextCursor: isMore ? this.encode(scope, positionOf(last)) : null };
  }

  private sign(scope: readonly string[], body: string): string {
    // JSON keeps the parts apart: ["a","bc"] and ["ab","c"] are different scopes.
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([...scope, body]))
      .digest('base64url');
  }
}

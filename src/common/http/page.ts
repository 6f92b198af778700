import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { Types } from 'mongoose';
import { z } from 'zod';
import { ProblemError } from '../problem.js';

export const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;
const MAX_CURSOR_LENGTH = 512;
const EXAMPLE_CURSOR = 'q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp';

/** Plain digits as a number; `Number` would also accept `0x10`, `1e1` and ` 5`. */
function plainNumber(text: unknown): unknown {
  return typeof text === 'string' && /^[1-9]\d{0,2}$/.test(text) ? Number(text) : text;
}

export const pageQuerySchema = z.strictObject({
  limit: z
    .preprocess(plainNumber, z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE))
    .meta({ description: 'Items per page.' }),
  // The pattern is for the document only: a cursor of another shape is refused as forged.
  cursor: z
    .string()
    .max(MAX_CURSOR_LENGTH)
    .optional()
    .meta({ description: 'The `nextCursor` of the previous page.', pattern: '^[A-Za-z0-9_-]{38,}$' }),
});

export type PageQuery = z.infer<typeof pageQuerySchema>;

export interface Page<T> {
  items: T[];
  /** The cursor of the next page; null on the last one. */
  nextCursor: string | null;
}

/** The schema of a page of `item`, as component `<name>`, with an example from the item's. */
export function pageSchema<T extends z.ZodType>(name: string, item: T) {
  return z
    .object({
      items: z.array(item).meta({
        description:
          'As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none.',
      }),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'The `cursor` of the next page. Null on the last one.' }),
    })
    .meta({
      id: name,
      description: 'A page of a list.',
      example: { items: [item.meta()?.['example']], nextCursor: EXAMPLE_CURSOR },
    });
}

/** Rows that may be read for each item of a page, in addition to one that shows whether there are more. */
const MAX_ROWS_PER_ITEM = 5;
/**
 * How many rows each read of a page requests, by how many visible rows are missing. Usually the first
 * read is enough; the second replaces a few hidden rows; the third reads as far as a page may.
 */
const PARTS: readonly ((missing: number) => number)[] = [
  (missing) => missing,
  (missing) => 2 * missing + 8,
  () => Number.POSITIVE_INFINITY,
];

interface IdsAfter {
  _id?: { $lt: Types.ObjectId };
}

/** A list whose rows may be hidden from the caller. */
export interface VisibleList<R, T> {
  /**
   * At most `count` rows after a position, or from the front without one. Fewer only at the end of the list.
   */
  read: (position: string | undefined, count: number) => Promise<readonly R[]>;
  /** The item of each row, in their order; undefined for a hidden one. */
  show: (rows: readonly R[]) => Promise<readonly (T | undefined)[]>;
  positionOf: (row: R) => string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opaque positions in lists, encrypted by AES-256-GCM because the last row of a page may be hidden from
 * the caller. The scope (route, filters and viewer) is authenticated, so a cursor works only for its own
 * list. The same position always has the same cursor, so that an unchanged page keeps its `ETag`.
 */
export class Cursors {
  constructor(private readonly secret: string) {}

  /** @param position the sort key of the last row */
  encode(scope: readonly string[], position: string): string {
    const iv = this.derive('iv', JSON.stringify([...scope, position])).subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.derive('key', ''), iv).setAAD(aadOf(scope));
    const sealed = Buffer.concat([cipher.update(position), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws ProblemError `invalid_cursor` for a forged cursor, or one of another scope */
  decode(scope: readonly string[], cursor: string): string {
    try {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.toString('base64url') !== cursor) throw new Error('not canonical base64url');
      const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
      const decipher = createDecipheriv('aes-256-gcm', this.derive('key', ''), iv, {
        authTagLength: TAG_BYTES,
      })
        .setAAD(aadOf(scope))
        .setAuthTag(tag);
      const opened = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString();
    } catch (error) {
      throw new ProblemError('invalid_cursor', undefined, { cause: error });
    }
  }

  position(scope: readonly string[], cursor: string | undefined): string | undefined {
    return cursor === undefined ? undefined : this.decode(scope, cursor);
  }

  /** The filter for the rows after a cursor in a list sorted by `_id`, newest first; empty without one. */
  idsAfterFilter(scope: readonly string[], cursor: string | undefined): IdsAfter {
    return idsAfter(this.position(scope, cursor));
  }

  /** A page of `limit` rows. The caller has read one more, to show whether there is a next page. */
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

  /**
   * A page of a list in which rows may be hidden from the caller. Hidden rows are replaced by the next
   * ones, and there is a next page only if it has a visible row, so a page doesn't reveal hidden rows. A
   * page that has read 5 rows per item ends there.
   * @param position of the last row of the page before
   * @param list how its rows are read, shown and positioned
   */
  async visiblePage<R, T>(
    scope: readonly string[],
    { position, limit }: { position: string | undefined; limit: number },
    { read, show, positionOf }: VisibleList<R, T>,
  ): Promise<Page<T>> {
    const visible: { row: R; item: T }[] = [];
    let last = position;
    let budget = limit * MAX_ROWS_PER_ITEM + 1;
    for (const sizeOf of PARTS) {
      const count = Math.min(sizeOf(limit + 1 - visible.length), budget);
      if (count === 0) break;
      const rows = await read(last, count);
      const items = await show(rows);
      for (const [index, row] of rows.entries()) {
        const item = items[index];
        if (item !== undefined) visible.push({ row, item });
        last = positionOf(row);
      }
      if (visible.length > limit || rows.length < count) {
        const page = this.page(scope, visible, limit, ({ row }) => positionOf(row));
        return { ...page, items: page.items.map(({ item }) => item) };
      }
      budget -= count;
    }
    return { items: visible.map(({ item }) => item), nextCursor: this.encode(scope, last ?? '') };
  }

  private derive(purpose: 'iv' | 'key', text: string): Buffer {
    return createHmac('sha256', this.secret).update(`cursor ${purpose} ${text}`).digest();
  }
}

/** The filter for the rows after a position in a list sorted by `_id`, newest first; empty without one. */
export function idsAfter(position: string | undefined): IdsAfter {
  return position === undefined ? {} : { _id: { $lt: new Types.ObjectId(position) } };
}

/** JSON, so that ["a","bc"] and ["ab","c"] are different scopes. */
function aadOf(scope: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(scope));
}

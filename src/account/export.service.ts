import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { ProblemError } from '../common/problem.js';
import { Slots } from '../common/slots.js';
import type { ExportedField } from '../users/user-fields.js';
import type { User } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import type { Me } from './me.dto.js';

/** Pieces made at the same time per instance, whatever the number of exports. */
const PIECES_AT_ONCE = 3;
/** Characters of a piece, at least: what a slot is taken for. */
const PIECE_LENGTH = 64 * 1024;
/** For the caller to take a piece: some 4 kB/s. */
const TAKE_PIECE_MS = 15_000;

/** Some of the document, and whether it is the end of it. */
interface Piece {
  text: string;
  isLast: boolean;
}

/** Everything we hold about a user, as one JSON document. */
@Injectable()
export class ExportService {
  /** Users with an export under way. */
  private readonly underWay = new Set<string>();
  private readonly slots = new Slots(PIECES_AT_ONCE);

  constructor(
    private readonly registry: PersonalDataRegistry,
    private readonly users: UsersService,
  ) {}

  /**
   * The export as a stream that reads on as the caller takes it: never whole in memory. The first piece, which is all of most
   * exports, is made before, so that a failure in it is answered as a problem. A later failure, or a caller who is too slow,
   * breaks the answer off: half a JSON document can't be mistaken for a whole one.
   * @throws ProblemError `rate_limited` for a second one of the same user meanwhile; `account_deleted`
   */
  async open(user: User, profile: Me): Promise<Readable> {
    const id = String(user._id);
    if (this.underWay.has(id))
      throw new ProblemError('rate_limited', 'An export of yours is under way.', { retryAfterSeconds: 5 });
    this.underWay.add(id);
    try {
      const texts = this.texts(user, profile);
      const first = await this.makePiece(texts);
      const stream = Readable.from(
        this.paced(first, texts, () => stream.destroy(new Error('The caller is too slow for an export'))),
        { objectMode: false },
      );
      stream.once('close', () => this.underWay.delete(id));
      return stream;
    } catch (error) {
      this.underWay.delete(id);
      throw error;
    }
  }

  /** Piece by piece, each made when the caller has taken the one before, within its time. No slot is held while waiting for that. */
  private async *paced(
    first: Piece,
    texts: AsyncGenerator<string>,
    breakOff: () => void,
  ): AsyncGenerator<string> {
    try {
      let piece = first;
      for (;;) {
        const timer = setTimeout(breakOff, TAKE_PIECE_MS);
        try {
          yield piece.text;
        } finally {
          clearTimeout(timer);
        }
        if (piece.isLast) return;
        piece = await this.makePiece(texts);
      }
    } finally {
      // Closes the cursor of an export that was broken off.
      await texts.return(undefined);
    }
  }

  private makePiece(texts: AsyncGenerator<string>): Promise<Piece> {
    return this.slots.run(async () => {
      let text = '';
      while (text.length < PIECE_LENGTH) {
        const next = await texts.next();
        if (next.done === true) return { text, isLast: true };
        text += next.value;
      }
      return { text, isLast: false };
    });
  }

  private async *texts(
    user: User,
    profile: Me & Record<ExportedField<'profile'>, unknown>,
  ): AsyncGenerator<string> {
    yield `{"exportedAt":${JSON.stringify(new Date())},"profile":${JSON.stringify(profile)}`;
    const { activeOn, banned, suspendedAt, revokedSessions, tokensFrom } = user;
    const account: Record<ExportedField<'account'>, unknown> = {
      activeOn: activeOn ?? null,
      banned,
      suspendedAt,
      revokedSessions: revokedSessions ?? [],
      tokensFrom: tokensFrom ?? null,
    };
    yield `,"account":${JSON.stringify(account)}`;
    const person = { userId: user._id, clerkId: user.clerkId };
    for (const { exports } of this.registry.all()) {
      for (const [name, list] of Object.entries(exports)) {
        yield `,${JSON.stringify(name)}:[`;
        let separator = '';
        for await (const item of list(person)) {
          yield separator + JSON.stringify(item);
          separator = ',';
        }
        yield ']';
      }
    }
    // A deletion meanwhile has emptied lists that were still to be read, so the document must not look whole.
    if ((await this.users.findById(user._id)) === undefined) throw new ProblemError('account_deleted');
    yield '}';
  }
}

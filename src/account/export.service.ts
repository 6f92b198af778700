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
const MAX_CONCURRENT_PIECES = 3;
/** Minimum characters of a piece; one slot is taken per piece. */
const MIN_PIECE_LENGTH = 64 * 1024;
/** The caller must take a piece within this time: about 4 kB/s. */
const PIECE_TIMEOUT_MS = 15_000;

interface Piece {
  text: string;
  isLast: boolean;
}

/** All data of a user, as one JSON document. */
@Injectable()
export class ExportService {
  private readonly underWay = new Set<string>();
  private readonly slots = new Slots(MAX_CONCURRENT_PIECES);

  constructor(
    private readonly registry: PersonalDataRegistry,
    private readonly users: UsersService,
  ) {}

  /**
   * The export as a stream that is read as fast as the caller takes it, so it is never whole in memory.
   * The first piece, which is the whole of most exports, is made before the answer, so a failure in it
   * is a problem. A later failure or a caller who is too slow ends the connection: half a JSON document
   * can't be mistaken for a whole one.
   * @param profileOf reads the profile, when the export begins
   * @throws ProblemError `rate_limited` while another export of the user is sent; `account_deleted`
   */
  async open(user: User, profileOf: () => Promise<Me>): Promise<Readable> {
    const id = String(user._id);
    if (this.underWay.has(id))
      throw new ProblemError('rate_limited', 'Another export of yours is being sent.', {
        retryAfterSeconds: 5,
      });
    this.underWay.add(id);
    try {
      const texts = this.texts(user, profileOf);
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

  /** Makes each piece when the caller has taken the one before. Holds no slot while it waits. */
  private async *paced(
    first: Piece,
    texts: AsyncGenerator<string>,
    breakOff: () => void,
  ): AsyncGenerator<string> {
    try {
      let piece = first;
      for (;;) {
        const timer = setTimeout(breakOff, PIECE_TIMEOUT_MS);
        try {
          yield piece.text;
        } finally {
          clearTimeout(timer);
        }
        if (piece.isLast) return;
        piece = await this.makePiece(texts);
      }
    } finally {
      // Closes the cursor of an export that ended early.
      await texts.return(undefined);
    }
  }

  private makePiece(texts: AsyncGenerator<string>): Promise<Piece> {
    return this.slots.run(async () => {
      let text = '';
      while (text.length < MIN_PIECE_LENGTH) {
        const next = await texts.next();
        if (next.done === true) return { text, isLast: true };
        text += next.value;
      }
      return { text, isLast: false };
    });
  }

  private async *texts(user: User, profileOf: () => Promise<Me>): AsyncGenerator<string> {
    const profile: Me & Record<ExportedField<'profile'>, unknown> = await profileOf();
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
    // A deletion may have emptied lists before they were read: the document must not look complete.
    if ((await this.users.findById(user._id)) === undefined) throw new ProblemError('account_deleted');
    yield '}';
  }
}

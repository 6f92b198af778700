import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { PersonalDataRegistry } from '../common/personal-data.js';
import { ProblemError } from '../common/problem.js';
import type { User } from '../users/user.schema.js';
import { ProfileService } from './profile.service.js';

/** Exports of large accounts at once per instance: each keeps it busy for seconds. */
const MOST_AT_ONCE = 3;

/** Everything we hold about a user, as one JSON document. */
@Injectable()
export class ExportService {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly registry: PersonalDataRegistry,
    private readonly profile: ProfileService,
  ) {}

  /**
   * The export as a stream that reads on as the caller takes it: never whole in memory. A failure on the way breaks the
   * answer off; half a JSON document is none.
   * @throws ProblemError `rate_limited` for a second one of the same user meanwhile; `overloaded`
   */
  stream(user: User): Readable {
    const id = String(user._id);
    if (this.underWay.has(id))
      throw new ProblemError('rate_limited', 'An export of yours is under way.', { retryAfterSeconds: 5 });
    if (this.underWay.size >= MOST_AT_ONCE) throw new ProblemError('overloaded');
    this.underWay.add(id);
    const stream = Readable.from(this.pieces(user), { objectMode: false });
    stream.once('close', () => this.underWay.delete(id));
    return stream;
  }

  private async *pieces(user: User): AsyncGenerator<string> {
    const profile = await this.profile.read(user);
    yield `{"exportedAt":${JSON.stringify(new Date())},"profile":${JSON.stringify(profile)}`;
    const { activeOn, banned, suspendedAt, revokedSessions, tokensFrom } = user;
    const account = {
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
    yield '}';
  }
}

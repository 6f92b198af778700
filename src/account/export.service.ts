import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { PersonalDataRegistry } from '../common/personal-data.js';
import type { User } from '../users/user.schema.js';
import { ProfileService } from './profile.service.js';

/** Everything we hold about a user, as one JSON document. */
@Injectable()
export class ExportService {
  constructor(
    private readonly registry: PersonalDataRegistry,
    private readonly profile: ProfileService,
  ) {}

  /**
   * The export as a stream that reads on as the caller takes it: never whole in memory. A failure on the way breaks the
   * answer off; half a JSON document is none.
   */
  stream(user: User): Readable {
    return Readable.from(this.pieces(user), { objectMode: false });
  }

  private async *pieces(user: User): AsyncGenerator<string> {
    const profile = await this.profile.read(user);
    yield `{"exportedAt":${JSON.stringify(new Date())},"profile":${JSON.stringify(profile)}`;
    const { activeOn, banned, suspendedAt, revokedSessions } = user;
    const account = {
      activeOn: activeOn ?? null,
      banned,
      suspendedAt,
      revokedSessions: revokedSessions ?? [],
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

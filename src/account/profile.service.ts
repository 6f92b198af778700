import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ProblemError } from '../common/problem.js';
import { RequestAcceptanceService } from '../social/request-acceptance.service.js';
import { ClerkDirectory, type Names } from '../clerk/clerk-directory.js';
import { ProfileUpdates } from '../users/profile-updates.js';
import type { User } from '../users/user.schema.js';
import { UsernamesService } from '../users/usernames.service.js';
import { type ProfileChange, UsersService } from '../users/users.service.js';
import { requireCountry } from '../wishlist/countries.js';
import type { MeChange } from './me.dto.js';

/** Changes of a user's own profile. */
@Injectable()
export class ProfileService {
  private readonly logger = new Logger(ProfileService.name);

  constructor(
    private readonly users: UsersService,
    private readonly usernames: UsernamesService,
    private readonly clerk: ClerkDirectory,
    private readonly updates: ProfileUpdates,
    private readonly acceptance: RequestAcceptanceService,
  ) {}

  /**
   * Changes the given fields. The username is reserved here first. Names are changed in Clerk, their owner,
   * before they are stored, so that Clerk's next webhook agrees with them. Going public accepts all waiting
   * follow requests.
   * @throws ProblemError `username_taken`, `unknown_country`, `validation_failed` (a username without a
   * letter or digit; Clerk refused a name), `account_deleted`, `dependency_unavailable`. Then nothing is
   * changed here
   */
  async change(user: User, { firstName, lastName, ...change }: MeChange): Promise<User> {
    const profile: ProfileChange = { ...(change as ProfileChange) };
    if (typeof profile.homeCountry === 'string') profile.homeCountry = requireCountry(profile.homeCountry);
    const names = given({ firstName, lastName });
    if (Object.keys(names).length > 0) await this.changeNames(user, names, profile.username);
    const changed = await this.write(user, profile);
    if (changed === null) throw new ProblemError('account_deleted');
    if (changed.visibility === 'public' && changed.receivedRequestsCount > 0) {
      await this.acceptance.accept(user._id);
      return (await this.users.findById(user._id)) ?? changed;
    }
    return changed;
  }

  private write(user: User, { username, ...profile }: ProfileChange): Promise<User | null> {
    return username === undefined
      ? this.users.changeProfile(user._id, profile)
      : this.usernames.change(user, { ...profile, username });
  }

  private async changeNames(user: User, names: Names, username: string | undefined): Promise<void> {
    const reservation = randomUUID();
    if (username !== undefined) await this.usernames.reserve(user, username, reservation);
    try {
      const clerkUser = await this.clerk.updateNames(user.clerkId, names);
      if (clerkUser === undefined) throw new ProblemError('account_deleted');
      await this.updates.settle(clerkUser, (take) => take(null));
    } catch (error) {
      if (username !== undefined) await this.restore(user, reservation);
      throw error;
    }
  }

  /** Best effort: the caller gets the first error. */
  private async restore(user: User, reservation: string): Promise<void> {
    await this.usernames.restore(user, reservation).catch((error: unknown) => {
      this.logger.error({ msg: 'username could not be restored', err: error });
    });
  }
}

function given({ firstName, lastName }: Pick<MeChange, 'firstName' | 'lastName'>): Names {
  return {
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  };
}

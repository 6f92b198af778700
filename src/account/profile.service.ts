import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { withDefaults } from '../common/mongodb/defaults.js';
import { ProblemError } from '../common/problem.js';
import { RequestAcceptanceService } from '../social/request-acceptance.service.js';
import { ClerkDirectory, type Names } from '../clerk/clerk-directory.js';
import { ProfileUpdates } from '../users/profile-updates.js';
import { type User, USER_DEFAULTS } from '../users/user.schema.js';
import { UsernamesService } from '../users/usernames.service.js';
import { type ProfileChange, UsersService } from '../users/users.service.js';
import { requireCountry } from '../wishlist/countries.js';
import { WishlistService } from '../wishlist/wishlist.service.js';
import type { Me, MeChange } from './me.dto.js';

/** The caller's own profile: the user with what other features count of it. */
@Injectable()
export class ProfileService {
  private readonly logger = new Logger(ProfileService.name);

  constructor(
    private readonly users: UsersService,
    private readonly usernames: UsernamesService,
    private readonly wishlist: WishlistService,
    private readonly clerk: ClerkDirectory,
    private readonly updates: ProfileUpdates,
    private readonly acceptance: RequestAcceptanceService,
  ) {}

  async read(user: User): Promise<Me> {
    return toMe(user, await this.wishlist.count(user._id));
  }

  /**
   * Changes what is given. A username is reserved here first; names go to Clerk, which owns them, before they are
   * stored, so that Clerk's next webhook agrees with them. Going public accepts what follow requests wait.
   * @throws ProblemError `username_taken`, `unknown_country`, `validation_failed` (a username without a letter or digit; Clerk refused a name),
   * `account_deleted`, `dependency_unavailable`: nothing is changed here then
   */
  async change(user: User, { firstName, lastName, ...change }: MeChange): Promise<Me> {
    const profile: ProfileChange = { ...(change as ProfileChange) };
    if (typeof profile.homeCountry === 'string') profile.homeCountry = requireCountry(profile.homeCountry);
    const names = given({ firstName, lastName });
    if (Object.keys(names).length > 0) await this.changeNames(user, names, profile.username);
    const changed = await this.write(user, profile);
    if (changed === null) throw new ProblemError('account_deleted');
    if (changed.visibility === 'public' && changed.receivedRequestsCount > 0) {
      await this.acceptance.accept(user._id);
      return this.read((await this.users.findById(String(user._id))) ?? changed);
    }
    return this.read(changed);
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

  /** Best effort: the caller is told the real reason. */
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

function toMe(stored: User, wishlistCount: number): Me {
  const user = withDefaults(USER_DEFAULTS, stored);
  const {
    clerkId,
    email,
    firstName,
    lastName,
    username,
    profilePicture,
    bio,
    homeCountry,
    visibility,
    role,
  } = user;
  return {
    id: String(user._id),
    clerkId,
    email,
    firstName,
    lastName,
    username,
    profilePicture,
    bio,
    homeCountry,
    visibility,
    role,
    followersCount: user.followersCount,
    followingCount: user.followingCount,
    wishlistCount,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}

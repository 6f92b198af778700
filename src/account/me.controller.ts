import { Body, Controller, Delete, Get, Patch, StreamableFile } from '@nestjs/common';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import { withDefaults } from '../common/mongodb/defaults.js';
import type { Principal } from '../common/principal.js';
import { CurrentPrincipal, OpenToDeleted, OpenToSuspended, Synced } from '../users/current-user.decorator.js';
import type { SyncedUser } from '../users/user-sync.service.js';
import { type User, USER_DEFAULTS } from '../users/user.schema.js';
import { WishlistService } from '../wishlist/wishlist.service.js';
import { AccountDeletionService } from '../deletion/account-deletion.service.js';
import { exportSchema } from './export.dto.js';
import { ExportService } from './export.service.js';
import { type Me, type MeChange, meChangeSchema, meSchema } from './me.dto.js';
import { ProfileService } from './profile.service.js';
import { type DeletionAccepted, deletionAcceptedSchema, toAccepted } from '../deletion/receipt.dto.js';

@ApiTags('Me')
@Controller('users/me')
export class MeController {
  constructor(
    private readonly profile: ProfileService,
    private readonly deletions: AccountDeletionService,
    private readonly exports: ExportService,
    private readonly wishlists: WishlistService,
  ) {}

  @Get()
  @Operation({
    id: 'getMe',
    summary: 'Get your profile',
    description: 'The first request of a new account creates its user; no webhook needs to have arrived.',
    success: { 200: { description: 'The profile.', schema: meSchema } },
  })
  async get(@Synced() { user, counts }: SyncedUser): Promise<Me> {
    return counts === undefined ? this.view(user) : toMe(user, counts['wishlistCount'] ?? 0);
  }

  @Patch()
  @Operation({
    id: 'changeMe',
    expensive: true,
    summary: 'Change your profile',
    description: 'Omitted fields stay unchanged. Names are changed in Clerk as well.',
    success: { 200: { description: 'The profile after the change.', schema: meSchema } },
    problems: ['username_taken', 'unknown_country'],
  })
  async change(
    @Synced() { user }: SyncedUser,
    @Body({ schema: meChangeSchema }) change: MeChange,
  ): Promise<Me> {
    return this.view(await this.profile.change(user, change));
  }

  @Delete()
  @OpenToDeleted()
  @OpenToSuspended()
  @Operation({
    id: 'deleteMe',
    summary: 'Delete your account',
    description:
      'Permanent, in Clerk as well. When this is answered, no one can sign in to the account or find it. The remaining data is erased in the background; the receipt shows the progress. Repeated while the token is valid, it answers the same.',
    success: { 202: { description: 'Accepted; the account is closed.', schema: deletionAcceptedSchema } },
    problems: ['forbidden'],
    never: ['account_suspended', 'user_sync_failed'],
  })
  async delete(@CurrentPrincipal() principal: Principal): Promise<DeletionAccepted> {
    return toAccepted(await this.deletions.deleteOwn(principal));
  }

  @Get('export')
  @OpenToSuspended()
  @Operation({
    id: 'exportMe',
    expensive: true,
    summary: 'Export all your data',
    description:
      'One JSON document, streamed as an attachment. Also for suspended users. A second export at the same time is 429. The connection ends before the JSON is complete when the caller takes less than 64 kB in 15 seconds, or the account is deleted meanwhile.',
    success: { 200: { description: 'The document.', schema: exportSchema } },
    never: ['account_suspended'],
  })
  async export(@Synced() { user }: SyncedUser): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.open(user, () => this.view(user)), {
      type: 'application/json; charset=utf-8',
      disposition: 'attachment; filename="roavelo-export.json"',
    });
  }

  private async view(user: User): Promise<Me> {
    return toMe(user, await this.wishlists.count(user._id));
  }
}

function toMe(stored: User, wishlistCount: number): Me {
  const user = withDefaults(USER_DEFAULTS, stored);
  return {
    id: String(user._id),
    clerkId: user.clerkId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    username: user.username,
    profilePicture: user.profilePicture,
    bio: user.bio,
    homeCountry: user.homeCountry,
    visibility: user.visibility,
    role: user.role,
    followersCount: user.followersCount,
    followingCount: user.followingCount,
    followRequestsCount: user.receivedRequestsCount,
    wishlistCount,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}

import { Body, Controller, Delete, Get, Patch, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/http/operation.decorator.js';
import { withDefaults } from '../common/mongodb/defaults.js';
import type { Principal } from '../common/principal.js';
import {
  CurrentPrincipal,
  CurrentUser,
  OpenToDeleted,
  OpenToSuspended,
} from '../users/current-user.decorator.js';
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
    summary: 'My profile',
    description: 'The first request of a new account creates its user; no webhook needs to have arrived.',
    success: { 200: { description: 'My profile.', schema: meSchema } },
  })
  get(@CurrentUser() user: User): Promise<Me> {
    return this.view(user);
  }

  @Patch()
  @Operation({
    id: 'changeMe',
    expensive: true,
    summary: 'Change my profile',
    description: 'What is left out stays as it is. Names are changed in Clerk, too.',
    success: { 200: { description: 'My profile after the change.', schema: meSchema } },
    problems: [
      'validation_failed',
      'username_taken',
      'unknown_country',
      'payload_too_large',
      'unsupported_media_type',
    ],
  })
  async change(@CurrentUser() user: User, @Body({ schema: meChangeSchema }) change: MeChange): Promise<Me> {
    return this.view(await this.profile.change(user, change));
  }

  @Delete()
  @OpenToDeleted()
  @OpenToSuspended()
  @Operation({
    id: 'deleteMe',
    summary: 'Delete my account',
    description:
      'At once and for good, in Clerk too: from the answer on, nobody gets in or finds the account. The rest is erased behind it; the receipt says how far. Asked again while the token lives, it answers the same.',
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
    summary: 'All my data',
    description:
      'One JSON document, streamed as an attachment. Also for suspended users. One at a time: 429 for another one meanwhile. Broken off, so that its JSON is not whole, for a caller who takes less than 64 kB in 15 seconds, and when the account is deleted meanwhile.',
    success: { 200: { description: 'The document.', schema: exportSchema } },
    never: ['account_suspended'],
  })
  async export(@CurrentUser() user: User): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.open(user, await this.view(user)), {
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

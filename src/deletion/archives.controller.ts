import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import type { Types } from 'mongoose';
import { ApiBody, ApiTags } from '../common/http/document-decorators.js';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { type PurchaseView, purchasePageSchema } from '../purchases/purchase.dto.js';
import { Admin } from '../users/current-user.decorator.js';
import {
  type ArchiveChangeBody,
  archiveChangeSchema,
  ArchiveId,
  deletedUserPageSchema,
  type DeletedUserQuery,
  deletedUserQuerySchema,
  deletedUserSchema,
  type DeletedUserView,
  type PurgeBody,
  purgeSchema,
} from './archives.dto.js';
import { ArchivesService } from './archives.service.js';

@ApiTags('Admin')
@Admin()
@Controller('admin/deleted-users')
export class ArchivesController {
  constructor(private readonly archives: ArchivesService) {}

  @Get()
  @Operation({
    id: 'listDeletedUsers',
    summary: 'List deleted accounts, newest first',
    description:
      'Lists all of them, or those of a Clerk id or an e-mail address. The audit log records which admin saw which archive, but not the address that was searched for.',
    success: { 200: { description: 'A page.', schema: deletedUserPageSchema } },
    problems: ['forbidden'],
  })
  list(
    @CurrentActor() by: Actor,
    @Query({ schema: deletedUserQuerySchema }) query: DeletedUserQuery,
  ): Promise<Page<DeletedUserView>> {
    return this.archives.list(by, query);
  }

  @Get(':id')
  @Operation({
    id: 'getDeletedUser',
    summary: 'Get what is kept of a deleted account',
    description: 'Recorded in the audit log.',
    success: {
      200: { description: 'The archive, or the tombstone that is left of it.', schema: deletedUserSchema },
    },
    problems: ['forbidden'],
  })
  get(@CurrentActor() by: Actor, @ArchiveId() id: Types.ObjectId): Promise<DeletedUserView> {
    return this.archives.get(by, id);
  }

  @Patch(':id')
  @Operation({
    id: 'changeDeletedUser',
    summary: 'Change notes and legal hold of an archive',
    description:
      'Recorded in the audit log, without the text of the notes. 404 `not_found` also when no archive is left: notes could only bring personal data back, and a legal hold would be too late.',
    success: { 200: { description: 'The archive as it is now.', schema: deletedUserSchema } },
    problems: ['forbidden'],
  })
  change(
    @CurrentActor() by: Actor,
    @ArchiveId() id: Types.ObjectId,
    @Body({ schema: archiveChangeSchema }) change: ArchiveChangeBody,
  ): Promise<DeletedUserView> {
    return this.archives.change(by, id, change);
  }

  @Post(':id/purge')
  @Operation({
    id: 'purgeDeletedUser',
    summary: 'Erase an archive for good',
    description:
      'Erases Clerk id, user data, purchases and notes. Keeps a hash of the Clerk id, the reason and the dates: the account can never be created again, and its deletion can be proven. Repeating it is harmless. 404 `not_found` also for a tombstone that never had an archive.',
    success: { 200: { description: 'The tombstone.', schema: deletedUserSchema } },
    problems: ['forbidden', 'legal_hold'],
  })
  @ApiBody({ required: false, description: 'Optional.' })
  purge(
    @CurrentActor() by: Actor,
    @ArchiveId() id: Types.ObjectId,
    @Body({ schema: purgeSchema.optional() }) body: PurgeBody | undefined,
  ): Promise<DeletedUserView> {
    return this.archives.purge(by, id, body?.reason);
  }

  @Get(':id/purchases')
  @Operation({
    id: 'listDeletedUserPurchases',
    summary: 'List all purchases of a deleted account, newest first',
    description: 'Each page is recorded in the audit log, whatever its cursor.',
    success: { 200: { description: 'A page.', schema: purchasePageSchema } },
    problems: ['forbidden'],
  })
  purchases(
    @CurrentActor() by: Actor,
    @ArchiveId() id: Types.ObjectId,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<PurchaseView>> {
    return this.archives.purchases(by, id, query);
  }
}

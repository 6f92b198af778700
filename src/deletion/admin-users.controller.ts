import { Body, Controller, Delete } from '@nestjs/common';
import type { Types } from 'mongoose';
import { z } from 'zod';
import { ApiTags } from '../common/http/document-decorators.js';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { Operation } from '../common/http/operation.decorator.js';
import { userText } from '../common/http/text.js';
import { UserId } from '../social/social.dto.js';
import { Admin } from '../users/current-user.decorator.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { MAX_NOTES_LENGTH } from './archives.dto.js';
import { type DeletionAccepted, deletionAcceptedSchema, toAccepted } from './receipt.dto.js';

const adminDeletionSchema = z
  .strictObject({
    reason: z
      .enum(['admin_action', 'policy_violation'])
      .meta({ description: 'Kept in the archive and the tombstone.' }),
    notes: userText(MAX_NOTES_LENGTH).optional().meta({ description: 'Kept in the archive.' }),
  })
  .meta({
    id: 'AdminDeletion',
    description: 'Why an admin deletes an account.',
    example: { reason: 'policy_violation', notes: 'Spam, third warning.' },
  });

@ApiTags('Admin')
@Admin()
@Controller('admin/users')
export class AdminUsersController {
  constructor(private readonly deletions: AccountDeletionService) {}

  @Delete(':userId')
  @Operation({
    id: 'deleteUser',
    summary: 'Delete the account of a user',
    description:
      'Does the same as `DELETE /users/me`, with a reason by an admin. Repeated until the deletion is completed, it answers the same. For the own account of the admin it is 403 `forbidden`: use `DELETE /users/me`.',
    success: { 202: { description: 'Accepted; the account is closed.', schema: deletionAcceptedSchema } },
    problems: ['forbidden'],
  })
  async delete(
    @CurrentActor() by: Actor,
    @UserId() userId: Types.ObjectId,
    @Body({ schema: adminDeletionSchema }) request: z.infer<typeof adminDeletionSchema>,
  ): Promise<DeletionAccepted> {
    return toAccepted(await this.deletions.deleteUser(by, userId, request));
  }
}

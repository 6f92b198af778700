import { Body, Controller, Delete, Put } from '@nestjs/common';
import type { Types } from 'mongoose';
import { ApiTags } from '../common/http/document-decorators.js';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { type Reason, reasonSchema } from '../audit/audit.dto.js';
import { Operation } from '../common/http/operation.decorator.js';
import { UserId } from '../social/social.dto.js';
import { Admin } from '../users/current-user.decorator.js';
import { SuspensionsService } from './suspensions.service.js';

@ApiTags('Admin')
@Admin()
@Controller('admin/users/:userId/suspension')
export class SuspensionsController {
  constructor(private readonly suspensions: SuspensionsService) {}

  @Put()
  @Operation({
    id: 'suspendUser',
    summary: 'Suspend a user',
    description:
      'Takes effect with the next request, on every instance: all routes answer the user 403 `account_suspended`, except exporting and deleting the account, and the user is invisible to others until the suspension is lifted. Repeating it keeps the first date. Admins can suspend each other, but not themselves: 403 `forbidden`.',
    success: { 204: { description: 'The user is suspended.' } },
    problems: ['forbidden'],
  })
  suspend(
    @CurrentActor() by: Actor,
    @UserId() userId: Types.ObjectId,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<void> {
    return this.suspensions.suspend(by, userId, reason);
  }

  @Delete()
  @Operation({
    id: 'unsuspendUser',
    summary: 'Lift the suspension of a user',
    description: 'Does not lift a ban in Clerk. Repeating it is harmless.',
    success: { 204: { description: 'The user is not suspended.' } },
    problems: ['forbidden'],
  })
  unsuspend(
    @CurrentActor() by: Actor,
    @UserId() userId: Types.ObjectId,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<void> {
    return this.suspensions.lift(by, userId, reason);
  }
}
